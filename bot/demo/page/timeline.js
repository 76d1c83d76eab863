// The timeline of a day that is played: a slider over its moments. Back is looking, forward is asking the bot to get on.
//
// Each moment has as much room as any other: between the last of the morning and the evening lie nine quiet hours.

import { h } from "./dom.js";
import { currentLanguage, say } from "./words.js";

const A_MINUTE = 60_000; // ms
const CATCHES = 9; // pixels within which a moment draws the thumb to itself

/** `scenes`: [{at, chapter}]. `hooks`: clockTime(t), back(t, sliding), ahead(scene), toNow(). */
export class Timeline {
  constructor(scenes, hooks) {
    Object.assign(this, { scenes, hooks });
    this.minutes = scenes.map(({ at }) => Number(at.slice(0, 2)) * 60 + Number(at.slice(3)));
    this.ticks = scenes.map((scene, index) => this.tick(scene, index));
    this.done = h("i.way");
    this.tip = h("span.tip", { "aria-hidden": "true" });
    this.thumb = h("div.thumb", { role: "slider", tabindex: 0, data: { keep: "timeline" }, "aria-label": say("timeline"), "aria-valuemin": 0, "aria-valuemax": this.minutes.at(-1) - this.minutes[0], onkeydown: (event) => this.onKey(event) }, this.tip);
    this.rail = h("div.rail", {}, this.done, this.ticks, this.thumb);
    this.element = h("div.timeline", { onpointerdown: (event) => this.grab(event), onpointermove: (event) => this.slide(event), onpointerup: (event) => this.release(), onpointercancel: () => this.drop() }, this.rail);
  }

  tick(scene, index) {
    const name = scene.chapter?.[currentLanguage()];
    const tick = h(`i.tick${name ? ".chapter" : ""}`, { data: { scene: index } }, name ? h("span.chapter-name", {}, name) : null);
    tick.style.left = `${(index / (this.scenes.length - 1)) * 100}%`;
    return tick;
  }

  /** `began`: when the first moment is; `now`: how far the day has come; `seen`: the moment on the phones, `now` or before. */
  show({ began, now, seen, scene }) {
    Object.assign(this, { began, now, seen });
    if (this.held) return; // under somebody's finger
    this.done.style.width = `${this.place(now) * 100}%`;
    this.point(seen);
    this.ticks.forEach((tick, index) => tick.classList.toggle("done", index <= scene));
  }

  point(t) {
    const place = this.place(t);
    this.thumb.style.left = `${place * 100}%`;
    this.tip.style.setProperty("--place", place);
    const words = this.words(t);
    if (this.thumb.getAttribute("aria-valuetext") === words) return;
    this.thumb.setAttribute("aria-valuetext", words);
    this.thumb.setAttribute("aria-valuenow", Math.round(Math.min(Math.max(t - this.began, 0), this.at(this.scenes.length - 1) - this.began) / A_MINUTE));
    this.tip.textContent = words;
    const chapter = this.chapterAt(this.sceneAt(t));
    this.ticks.forEach((tick, index) => tick.classList.toggle("now", index === chapter));
  }

  /** `08:31 · 没回音`. */
  words(t) {
    return `${this.hooks.clockTime(t)} · ${this.scenes[this.chapterAt(this.sceneAt(t))].chapter[currentLanguage()]}`;
  }

  // --- between moments, times and places ---

  at(scene) {
    return this.began + (this.minutes[scene] - this.minutes[0]) * A_MINUTE;
  }

  /** The last moment that is not after `t`. */
  sceneAt(t) {
    return Math.max(0, this.scenes.findLastIndex((_, index) => this.at(index) <= t));
  }

  chapterAt(scene) {
    return this.scenes.findLastIndex((one, index) => one.chapter && index <= scene);
  }

  /** Where `t` lies on the rail, 0 to 1. */
  place(t) {
    const last = this.scenes.length - 1;
    const scene = this.sceneAt(t);
    if (scene === last) return 1;
    const part = (t - this.at(scene)) / (this.at(scene + 1) - this.at(scene));
    return (scene + Math.max(0, part)) / last;
  }

  /** Which minute lies there; near a moment that one. */
  timeAt(place) {
    const last = this.scenes.length - 1;
    const along = Math.min(Math.max(place, 0), 1) * last;
    const near = Math.round(along);
    if (Math.abs(along - near) * (this.rail.clientWidth / last) <= CATCHES) return this.at(near);
    const before = Math.floor(along);
    const t = this.at(before) + (along - before) * (this.at(before + 1) - this.at(before));
    return Math.floor(t / A_MINUTE) * A_MINUTE;
  }

  // --- by hand ---

  grab(event) {
    if (event.button || !this.began) return;
    event.preventDefault();
    this.thumb.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.held = true;
    this.element.classList.add("held");
    this.slide(event);
  }

  slide(event) {
    if (!this.held) return;
    const box = this.rail.getBoundingClientRect();
    this.wanted = this.timeAt((event.clientX - box.left) / box.width);
    if (this.wanted > this.now) this.wanted = Math.max(this.at(this.sceneAt(this.wanted)), this.now); // forward it goes from moment to moment
    this.element.classList.toggle("ahead", this.wanted > this.now);
    this.point(this.wanted);
    if (this.wanted + A_MINUTE <= this.now) this.hooks.back(this.wanted, true);
  }

  release() {
    if (!this.held) return;
    this.drop();
    this.go(this.wanted);
  }

  drop() {
    this.held = false;
    this.element.classList.remove("held", "ahead");
  }

  // --- by keyboard: from moment to moment, or from chapter to chapter ---

  onKey(event) {
    if (!this.began || event.altKey || event.ctrlKey || event.metaKey) return;
    const all = this.scenes.map((_, index) => index);
    const chapters = all.filter((index) => this.scenes[index].chapter);
    const later = (some) => some.find((index) => this.at(index) > this.seen) ?? all.at(-1);
    const earlier = (some) => some.findLast((index) => this.at(index) + A_MINUTE <= this.seen) ?? 0;
    const to = {
      ArrowRight: () => later(all), ArrowUp: () => later(all), PageUp: () => later(chapters), End: () => all.at(-1),
      ArrowLeft: () => earlier(all), ArrowDown: () => earlier(all), PageDown: () => earlier(chapters), Home: () => 0,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const t = this.at(to());
    const passesNow = this.seen < this.now && t > this.now && event.key !== "End";
    if (passesNow) this.hooks.toNow(); // the step after the last of what was is now
    else this.go(t);
  }

  /** Back to what was, forward to what is to come, or to where the day stands. */
  go(t) {
    if (t + A_MINUTE <= this.now) this.hooks.back(t, false);
    else if (t > this.now) this.hooks.ahead(this.sceneAt(t));
    else this.hooks.toNow();
  }
}
