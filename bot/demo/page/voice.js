// A voice message: a button that plays it, its waves, how long it is.

import { h, s, icon } from "./dom.js";
import { say } from "./words.js";

const BARS = 30;

let playing = null; // one at a time, as in the app

/** The bubble's part for a voice message. */
export function voicePart(message) {
  const { url, duration } = message.file;
  const button = h("button.play.round", { type: "button", "aria-label": say("play"), onclick: () => toggle(button, url) }, icon("play"));
  return h("div.voice", {}, button, waves(url), h("span.length", {}, `0:${String(duration ?? 0).padStart(2, "0")}`));
}

/** Bars of a height that is the file's own: the same voice looks the same everywhere. */
function waves(url) {
  let seed = [...(url.split("?")[1] ?? url)].reduce((sum, one) => (sum * 31 + one.codePointAt(0)) >>> 0, 7);
  const bars = Array.from({ length: BARS }, (_, index) => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    const height = 3 + (seed >>> 24) / 255 * 15 * Math.sin(((index + 2) / (BARS + 3)) * Math.PI);
    return s("rect", { x: index * 4, y: 11 - height / 2, width: 2.4, height, rx: 1.2 });
  });
  return s("svg.waves", { viewBox: `0 0 ${BARS * 4} 22`, "aria-hidden": "true" }, bars);
}

function toggle(button, url) {
  const mine = playing?.button === button;
  playing?.stop();
  if (mine) return;
  const sound = new Audio(url);
  const stop = () => {
    sound.pause();
    show(button, "play");
    playing = null;
  };
  playing = { button, stop };
  sound.addEventListener("ended", stop);
  show(button, "pause");
  sound.play().catch(stop);
}

function show(button, name) {
  button.replaceChildren(icon(name));
  button.setAttribute("aria-label", say(name === "play" ? "play" : "stop_playing"));
}
