// What a visitor can let go wrong: the network, the bot's power, somebody's phone. And what holds all the same.

import "./faults_words.js";
import { h } from "./dom.js";
import { act } from "./wire.js";
import { known, say } from "./words.js";

const SIGNS = { line: "📡", power: "🔌", phone: "🚫" };

/** `place`: in the bar; `panes`: whose phones can be blocked. What is wrong now is told by the backend. */
export class FaultSwitch {
  constructor(store, place, panes) {
    Object.assign(this, { store, place, panes });
    this.button = h("button.faults-open", { type: "button", data: { keep: "faults" }, "aria-controls": "faults-sheet", "aria-expanded": "false", title: say("faults_hint"), onclick: () => this.toggle(this.sheet.hidden) });
    this.switches = new Map(["line", "power"].map((what) => [what, this.switch(what, () => this.set(what, !this.wrong(what)))]));
    this.phones = new Map(this.owners().map((id) => [id, this.switch("phone", () => this.set("phone", !this.wrong("phone", id), id), store.people.get(id).name)]));
    this.sheet = h("section.faults-sheet", { id: "faults-sheet", hidden: true, "aria-label": say("faults_title") },
      h("h2", {}, say("faults_title")), h("p.muted", {}, say("faults_about")),
      ["line", "power"].map((what) => h("div.fault", {}, this.switches.get(what), h("p", {}, say(`fault_${what}_promise`)))),
      h("div.fault", {}, h("p.name", { id: "fault-phones" }, `${SIGNS.phone} ${say("fault_phone")}`), h("div.phones", { role: "group", "aria-labelledby": "fault-phones" }, [...this.phones.values()]), h("p", {}, say("fault_phone_promise"))),
      this.trouble = h("p.trouble", { role: "alert" }));
    this.banner = h("div.fault-banner", { role: "status" });
    place.replaceChildren(this.button, this.sheet);
    document.querySelector(".fault-banner")?.remove();
    place.closest(".bar").append(this.banner);
    for (const pane of panes) pane.mark = (desk) => this.mark(desk);
    this.outside = (event) => place.contains(event.target) || this.toggle(false);
    place.onkeydown = (event) => { if (event.key === "Escape" && !this.sheet.hidden) this.toggle(false); }; // to give back false would stop the key
    document.addEventListener("pointerdown", this.outside);
    store.watchAny((change) => change.type === "mishaps" && this.show());
    this.show();
  }

  end() {
    document.removeEventListener("pointerdown", this.outside);
  }

  /** Everybody who has a private chat on the page, in its order. */
  owners() {
    const desks = this.panes.flatMap((pane) => pane.plan.desks);
    return [...new Set(desks.filter((desk) => desk.chat === desk.person).map((desk) => desk.person))];
  }

  switch(what, onclick, name = say(`fault_${what}`)) {
    return h("button.fault-switch", { type: "button", data: { fault: what }, "aria-pressed": "false", onclick }, h("span.what", {}, what === "phone" ? name : `${SIGNS[what]} ${name}`), h("span.state", { "aria-hidden": "true" }));
  }

  wrong(what, person) {
    const { mishaps } = this.store;
    if (!mishaps) return false;
    return what === "phone" ? mishaps.blocked.includes(person) : mishaps[what] === { line: "down", power: "off" }[what];
  }

  toggle(open) {
    const held = this.sheet.contains(document.activeElement);
    this.sheet.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (!open && held) this.button.focus();
  }

  /** What has come of it is told by the stream, to every page. */
  async set(what, on, person = null) {
    this.trouble.textContent = "";
    try {
      await act({ do: "mishap", what, on, person });
    } catch (error) {
      this.trouble.textContent = known(`error_${error.code}`) ? say(`error_${error.code}`) : say("error_other", { detail: error.message });
    }
  }

  show() {
    const { mishaps } = this.store;
    this.place.hidden = !mishaps;
    if (!mishaps) return;
    for (const what of ["line", "power"]) this.showSwitch(this.switches.get(what), this.wrong(what), say(`fault_${what}_${mishaps[what]}`));
    for (const [id, button] of this.phones) this.showSwitch(button, this.wrong("phone", id), say(this.wrong("phone", id) ? "fault_phone_blocked" : "fault_phone_open"));
    const now = [];
    for (const what of ["line", "power"]) {
      if (this.wrong(what)) now.push([SIGNS[what], say(`fault_${what}_now`)]);
      else if (mishaps[what] === "returning") now.push([SIGNS[what], say(`fault_${what}_back`)]);
    }
    if (mishaps.blocked.length) now.push([SIGNS.phone, say("fault_phone_now", { names: mishaps.blocked.map((id) => this.store.people.get(id)?.name ?? id).join(say("between")) })]);
    this.button.replaceChildren(h("span.faults-sign", { "aria-hidden": "true" }, now.length ? now.map(([sign]) => sign).join("") : "⚡"), h("span.words", {}, say("faults_button")));
    this.button.classList.toggle("on", now.length > 0);
    const told = now.map(([sign, words]) => h("p", {}, h("span", { "aria-hidden": "true" }, `${sign} `), words));
    if (this.banner.textContent !== told.map((one) => one.textContent).join("")) this.banner.replaceChildren(...told);
    for (const pane of this.panes) pane.showHead();
  }

  showSwitch(button, wrong, state) {
    button.setAttribute("aria-pressed", String(wrong));
    button.querySelector(".state").textContent = state;
  }

  /** What stands beside somebody's name whose phone takes nothing. */
  mark(desk) {
    if (desk.chat !== desk.person || !this.wrong("phone", desk.person)) return "";
    return h("span.blocked", { role: "img", "aria-label": say("fault_phone_blocked"), title: say("fault_phone_blocked") }, "🚫");
  }
}
