// The page: loads the state, lays the panes side by side, and keeps them up to date.

import { h, avatar } from "./dom.js";
import { ClockTool } from "./clock.js";
import { Guide } from "./guide.js";
import { Pane } from "./pane.js";
import { Store } from "./store.js";
import { currentLanguage, say, switchLanguage } from "./words.js";
import { fetchState, listen } from "./wire.js";

const strip = document.getElementById("strip");
const tabs = document.getElementById("tabs");
const tools = document.getElementById("tools");
let clock = null;
let store = new Store();
let stream = null;

/** Everything anew: at the start, after a switch of language, or when the world has become another. */
async function open() {
  stream?.close();
  clock?.end();
  store = new Store();
  store.load(await fetchState());
  document.title = say("title");
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.getElementById("where").textContent = say("where");
  const panes = store.panes.map((plan) => new Pane(store, plan));
  strip.replaceChildren(...panes.map((pane) => pane.element));
  for (const pane of panes) pane.room.log.toEnd(false);
  clock = new ClockTool(store, document.getElementById("news"), (chat) => lookAt(panes, chat));
  tools.replaceChildren(clock.element, h("button.language", { type: "button", onclick: changeLanguage }, say("language")));
  layTabs(panes);
  new Guide(store, document.getElementById("guide"), panes);
  stream = listen(store.at, onChange, onLine);
  document.body.dataset.ready = "yes";
}

async function changeLanguage() {
  switchLanguage();
  await begin();
  tools.querySelector(".language").focus(); // all is new: who uses the keyboard keeps his place
}

/** Bring a chat before the visitor's eyes, and the keyboard with it. */
function lookAt(panes, chat) {
  const pane = panes.find((one) => one.plan.desks.some((desk) => desk.chat === chat));
  if (!pane) return;
  if (pane.desk.chat !== chat) pane.show(pane.plan.desks.find((desk) => desk.chat === chat));
  const gently = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  pane.element.scrollIntoView({ behavior: gently ? "smooth" : "instant", inline: "start", block: "nearest" });
  pane.room.log.toEnd();
  pane.room.log.element.focus({ preventScroll: true });
}

function onChange(change) {
  if (change.type === "reload") begin();
  else store.change(change);
}

function onLine(up) {
  document.body.classList.toggle("offline", !up);
  document.body.dataset.offline = say("lost");
}

/** On a narrow screen one pane is seen at a time; tabs with badges lead to the others. */
function layTabs(panes) {
  const buttons = panes.map((pane) => {
    const { desk, plan } = pane;
    const chat = store.chats.get(desk.chat);
    const who = chat.private ? store.people.get(desk.person) : { id: chat.id, name: chat.title };
    const badge = h("span.badge", { hidden: true });
    const button = h("button", { type: "button", onclick: () => pane.element.scrollIntoView({ behavior: "smooth", inline: "start", block: "nearest" }) }, h("span.tab-picture", {}, avatar(who), badge), h("span", {}, say(`tab_${plan.id}`)));
    pane.tab = button;
    pane.onRing = () => {
      if (button.getAttribute("aria-current")) return;
      pane.unread += 1;
      badge.textContent = pane.unread;
      badge.hidden = false;
    };
    pane.onSeen = () => { pane.unread = 0; badge.hidden = true; };
    return button;
  });
  tabs.replaceChildren(...buttons);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const index = panes.findIndex((pane) => pane.element === entry.target);
      if (index < 0) continue;
      if (entry.intersectionRatio > 0.6) {
        buttons[index].setAttribute("aria-current", "true");
        panes[index].onSeen();
      } else buttons[index].removeAttribute("aria-current");
    }
  }, { root: strip, threshold: [0.3, 0.61, 0.95] });
  for (const pane of panes) seen.observe(pane.element);
}

let opening = null;
function begin() {
  opening ??= open().catch((error) => {
    console.warn(error);
    onLine(false);
    setTimeout(begin, 1500);
  }).finally(() => { opening = null; });
  return opening;
}

begin();
