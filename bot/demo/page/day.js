// ▶ 看一天: begins, pauses and ends the scripted day, and says in one sentence what is happening and why.

import { h, icon } from "./dom.js";
import { act } from "./wire.js";
import { currentLanguage, say } from "./words.js";

/** `bar`: where the sentence stands; `look(scene)` brings the panes of a scene before the visitor's eyes. */
export class DayTool {
  constructor(store, bar, look) {
    Object.assign(this, { store, bar, look });
    this.scene = null;
    this.button = h("button.watch", { type: "button", data: { keep: "watch" }, title: say("day_hint"), onclick: () => this.press() });
    this.when = h("time.when");
    this.words = h("p.words");
    this.note = h("p.note", { hidden: true });
    this.ticks = store.day.scenes.map((scene, index) => h("i.tick", { title: scene.at, data: { scene: index } }));
    this.line = h("div.timeline", { role: "img" }, this.ticks);
    this.stop = h("button.round.stop", { type: "button", title: say("day_stop"), "aria-label": say("day_stop"), onclick: () => act({ do: "day", act: "stop" }) }, icon("close"));
    bar.replaceChildren(this.when, h("div.told", { role: "status", "aria-live": "polite" }, this.words, this.note), this.stop, this.line);
    store.watchAny((change) => change.type === "day" && this.show());
    this.show();
  }

  press() {
    const { state } = this.store.day;
    if (state !== "setting") act({ do: "day", act: state === "playing" ? "pause" : "play" });
  }

  show() {
    const { state, scene, now, leftOut, scenes } = this.store.day;
    document.body.dataset.day = state;
    this.showButton(state);
    this.bar.hidden = state === "idle";
    if (state === "idle") {
      this.scene = null;
      this.look(null);
      return;
    }
    const setting = state === "setting";
    this.when.textContent = setting ? "" : now.at;
    const words = setting ? say("day_setting") : now[currentLanguage()];
    if (this.words.textContent !== words) this.words.textContent = words;
    const missing = leftOut.filter((one) => one.scene === scene && !setting).map((one) => say("day_left_out", { what: one.why }));
    const notes = state === "paused" ? [say("day_paused"), ...missing] : missing;
    this.note.textContent = notes.join(" ");
    this.note.hidden = !notes.length;
    this.note.classList.toggle("missing", missing.length > 0);
    this.line.setAttribute("aria-label", say("day_of", { step: scene + 1, steps: scenes.length }));
    this.ticks.forEach((tick, index) => {
      tick.classList.toggle("done", !setting && (index < scene || state === "ended"));
      tick.classList.toggle("now", !setting && index === scene && state !== "ended");
    });
    if (!setting && this.scene !== scene) {
      this.scene = scene;
      this.look(now);
    }
  }

  /** The button stays the same one, so that who uses the keyboard keeps his place. */
  showButton(state) {
    const names = { idle: ["play", "day_play"], setting: ["play", "day_play"], playing: ["pause", "day_pause"], paused: ["play", "day_go_on"], ended: ["play", "day_again"] };
    const [sign, words] = names[state];
    if (this.button.dataset.state === state) return;
    this.button.dataset.state = state;
    this.button.setAttribute("aria-disabled", String(state === "setting"));
    this.button.setAttribute("aria-label", say(words));
    this.button.replaceChildren(icon(sign), h("span.sign", {}, sign === "play" ? "▶ " : "⏸ "), h("span.words", {}, say(words)));
  }
}
