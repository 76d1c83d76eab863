// The demo's clock: how fast it runs, and the leap to the next thing that time brings.

import { h, icon } from "./dom.js";
import { act } from "./wire.js";
import { known, say } from "./words.js";

const NEWS_STAYS = 9000; // ms
const ROLLS_FROM = 90_000; // ms of the clock

/** `news`: where it is said what a leap has brought; `lookAt(chat)` brings a chat into view. */
export class ClockTool {
  constructor(store, news, lookAt) {
    Object.assign(this, { store, news, lookAt });
    news.replaceChildren();
    this.face = h("time.face");
    this.label = h("span.speed-label");
    this.choices = new Map(store.clock.speeds.map((speed) => [speed, h("button", { type: "button", onclick: () => this.setSpeed(speed) }, `${speed}×`)]));
    const speeds = h("div.switch.speeds", { role: "group", "aria-label": say("speed_hint"), title: say("speed_hint") }, [...this.choices.values()]);
    this.next = h("button.leap", { type: "button", title: say("leap_hint"), onclick: () => this.leap() }, icon("leap"), h("span.sign", {}, "⏭ "), h("span.words", {}, say("leap")));
    this.dial = h("div.clock-face", {}, this.face, this.label);
    this.speeds = speeds;
    store.watchAny((change) => change.type === "clock" && this.onClock(change));
    this.show();
    this.ticking = setInterval(() => this.tick(), 80);
  }

  onClock({ leap }) {
    this.show();
    if (leap) this.tell(leap);
  }

  /** The buttons stay the same ones, so that who uses the keyboard keeps his place. */
  show() {
    const { speed, stands } = this.store.clock;
    this.label.textContent = say("at_speed", { speed });
    for (const [one, button] of this.choices) button.setAttribute("aria-pressed", String(one === speed));
    this.next.setAttribute("aria-disabled", String(stands));
    this.tick();
  }

  tick() {
    const words = this.store.clockTime(this.shown());
    if (this.face.textContent !== words) this.face.textContent = words;
  }

  /** What the face shows: while a day is played, time is seen to run rather than to jump. */
  shown() {
    const now = this.store.now();
    const far = now - (this.seen ?? now);
    const runs = this.store.day.state === "playing" && far > ROLLS_FROM && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.seen = runs ? this.seen + Math.max(far * 0.22, 45_000) : now;
    return Math.min(this.seen, now);
  }

  async setSpeed(speed) {
    try {
      await act({ do: "speed", speed });
    } catch (error) {
      this.refused(error);
    }
  }

  /** What comes of it is told to every page by the stream, this one among them. */
  async leap() {
    if (this.next.getAttribute("aria-disabled") === "true") return;
    this.next.setAttribute("aria-disabled", "true");
    try {
      await act({ do: "next" });
    } catch (error) {
      this.refused(error);
    } finally {
      this.show();
    }
  }

  /** One line: what happened when, and where to look. */
  tell({ since, at, chats }) {
    if (!at) {
      this.showNews(say("leap_nothing"));
      return;
    }
    const when = this.store.whenAfter(Date.parse(at), Date.parse(since));
    const places = chats.map((chat) => h("button", { type: "button", onclick: () => this.lookAt(chat) }, this.nameOf(chat)));
    this.showNews(say(places.length ? "leap_came" : "leap_quiet", { when }), places);
  }

  /** As the tabs call it; the private chat behind a group's pane by its person. */
  nameOf(chat) {
    const pane = this.store.panes.find((one) => one.desks.some((desk) => desk.chat === chat));
    return pane.desks[0].chat === chat ? say(`tab_${pane.id}`) : this.store.people.get(chat).name;
  }

  refused(error) {
    this.showNews(known(`error_${error.code}`) ? say(`error_${error.code}`) : say("error_other", { detail: error.message }));
  }

  showNews(words, places = []) {
    this.news.replaceChildren(h("span.when", {}, words), ...places);
    this.news.classList.remove("arriving");
    requestAnimationFrame(() => this.news.classList.add("arriving"));
    clearTimeout(this.fading);
    this.fading = setTimeout(() => this.fade(), NEWS_STAYS);
  }

  /** Not under somebody's hands. */
  fade() {
    if (this.news.matches(":hover, :focus-within")) this.fading = setTimeout(() => this.fade(), 1500);
    else this.news.replaceChildren();
  }

  end() {
    clearInterval(this.ticking);
    clearTimeout(this.fading);
  }
}
