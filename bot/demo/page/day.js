// ▶ 看一天: begins, pauses and ends the scripted day, says in one sentence what is happening and why, and has its timeline.

import { h, icon } from "./dom.js";
import { LookBack } from "./lookback.js";
import { Timeline } from "./timeline.js";
import { act } from "./wire.js";
import { currentLanguage, say } from "./words.js";

const MOVES = 250; // ms between two looks at the clock

/** `bar`: where the sentence stands; `look(scene, gently)` brings the panes of a scene before the visitor's eyes. */
export class DayTool {
  constructor(store, bar, look) {
    Object.assign(this, { store, bar, look });
    this.lookedAt = null;
    this.button = h("button.watch", { type: "button", data: { keep: "watch" }, title: say("day_hint"), onclick: () => this.press() });
    this.when = h("time.when");
    this.words = h("p.words");
    this.note = h("p.note", { hidden: true });
    this.past = new LookBack(store, () => this.show());
    this.toNow = h("button.primary.to-now", { type: "button", hidden: true, onclick: () => this.backToNow() }, icon("play"), h("span", {}, say("to_now")));
    this.stop = h("button.round.stop", { type: "button", title: say("day_stop"), "aria-label": say("day_stop"), onclick: () => this.end() }, icon("close"));
    this.timeline = new Timeline(store.day.scenes, {
      clockTime: (t) => store.clockTime(t),
      back: (t, sliding) => { this.sliding = sliding; this.past.to(t); },
      ahead: (scene) => this.ahead(scene),
      toNow: () => this.past.end(),
    });
    bar.setAttribute("aria-label", say("day_play"));
    bar.replaceChildren(this.when, h("div.told", { role: "status", "aria-live": "polite" }, this.words, this.note), this.toNow, this.stop, this.timeline.element);
    store.watchAny((change) => change.type === "day" && this.show());
    this.moving = setInterval(() => this.move(), MOVES);
    this.show();
  }

  press() {
    const { state } = this.store.day;
    if (state === "setting") return;
    if (this.past.at !== null) this.past.leave(); // whoever presses ▶ while looking back wants the day to go on
    act({ do: "day", act: state === "playing" ? "pause" : "play" });
  }

  /** The real bot gets on with it until that scene; nothing is left out on the way. */
  ahead(scene) {
    if (this.past.at !== null) this.past.leave();
    act({ do: "day", act: "play", until: scene });
  }

  backToNow() {
    this.past.end();
    this.timeline.thumb.focus({ preventScroll: true }); // the button goes: who uses the keyboard keeps his place
  }

  end() {
    if (this.past.at !== null) this.past.leave();
    act({ do: "day", act: "stop" });
    this.button.focus({ preventScroll: true });
  }

  show() {
    const { state, scene } = this.store.day;
    document.body.dataset.day = state;
    document.body.toggleAttribute("data-past", this.past.at !== null);
    this.showButton(state);
    this.bar.hidden = state === "idle";
    if (state === "idle") {
      if (this.past.at !== null) this.past.leave();
      this.lookAt(null);
      return;
    }
    const past = this.past.scene !== null;
    this.bar.classList.toggle("past", past);
    this.toNow.hidden = !past;
    if (state === "setting") this.tell("", say("day_setting"), "");
    else if (past) this.showPast();
    else this.showNow(state, scene);
    this.move();
  }

  showPast() {
    const at = this.store.clockTime(this.past.at);
    this.tell(at, this.past.scene[currentLanguage()], say("past_note", { at }));
    this.lookAt(this.past.scene, !this.sliding);
  }

  showNow(state, scene) {
    const { now, hurriesTo, leftOut, scenes } = this.store.day;
    if (hurriesTo !== null && state === "playing") {
      this.tell(now.at, say("day_hurries", { at: scenes[hurriesTo].at }), say("day_hurries_why"));
      this.lookAt(null);
      return;
    }
    const missing = leftOut.filter((one) => one.scene === scene).map((one) => say("day_left_out", { what: one.why }));
    const notes = [...(state === "paused" ? [say("day_paused")] : []), ...missing, ...(this.store.day.joined ? [say("day_joined")] : [])];
    this.tell(now.at, now[currentLanguage()], notes.join(" "), missing.length > 0);
    this.lookAt(now);
  }

  tell(when, words, note, missing = false) {
    this.when.textContent = when;
    if (this.words.textContent !== words) this.words.textContent = words;
    if (this.note.textContent !== note) this.note.textContent = note;
    this.note.hidden = !note;
    this.note.classList.toggle("missing", missing);
  }

  /** Each scene once: whoever has looked elsewhere meanwhile is not carried back. */
  lookAt(scene, bring = true) {
    const which = scene && `${scene.at} ${this.past.at === null} ${bring}`;
    if (this.lookedAt === which) return;
    this.lookedAt = which;
    this.look(scene, bring);
  }

  /** The thumb goes with the clock, or stands at what is looked at. */
  move() {
    const { state, scene, began } = this.store.day;
    const stands = state === "idle" || state === "setting" || !began;
    this.timeline.element.hidden = stands;
    if (stands) return;
    const now = this.store.now();
    this.timeline.show({ began: Date.parse(began), now, seen: this.past.at ?? now, scene });
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

  /** Another page takes its place. */
  close() {
    clearInterval(this.moving);
  }
}
