// The demo's clock and how fast it runs.

import { h } from "./dom.js";
import { act } from "./wire.js";
import { say } from "./words.js";

export class ClockTool {
  constructor(store) {
    this.store = store;
    this.face = h("time.face");
    this.label = h("span.speed-label");
    this.choices = h("div.switch.speeds", { role: "group", "aria-label": say("speed_hint"), title: say("speed_hint") });
    this.element = h("div.clock", {}, h("div.clock-face", {}, this.face, this.label), this.choices);
    store.watchAny((change) => change.type === "clock" && this.show());
    this.show();
    this.ticking = setInterval(() => this.tick(), 250);
  }

  show() {
    const { speed, speeds } = this.store.clock;
    this.label.textContent = say("at_speed", { speed });
    this.choices.replaceChildren(...speeds.map((one) => h("button", { type: "button", "aria-pressed": String(one === speed), onclick: () => act({ do: "speed", speed: one }).catch(() => this.show()) }, `${one}×`)));
    this.tick();
  }

  tick() {
    const words = this.store.clockTime(this.store.now());
    if (this.face.textContent !== words) this.face.textContent = words;
  }

  end() {
    clearInterval(this.ticking);
  }
}
