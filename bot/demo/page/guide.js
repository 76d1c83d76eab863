// Five steps that show a newcomer the whole way of a report. The page reads them off what has happened in the chats.

import { h } from "./dom.js";
import { say } from "./words.js";

const PANES = { 1: "courier", 2: "courier", 3: "grid", 4: "grid", 5: "courier" };

/** Which step comes next, 1 to 5; 6 when all are done. */
export function nextStep(store) {
  const desk = (pane) => store.panes.find((one) => one.id === pane).desks[0];
  const courier = store.history(desk("courier").chat);
  const grid = store.history(desk("grid").chat);
  if (!courier.some((message) => message.from.id === desk("courier").person)) return 1;
  const card = grid.find((message) => message.from.bot && /^[🟢🟠🔴] #\d+ 随手拍/u.test(message.text)); // lists of names have buttons too
  if (!card) return 2;
  if (card.buttons.flat().some((button) => button.text.includes("我来处理"))) return 3; // time changes the card too
  const proof = grid.find((message) => !message.from.bot && message.photo);
  if (!proof) return 4;
  return courier.some((message) => message.from.bot && message.photo && message.date >= proof.date) ? 6 : 5;
}

export class Guide {
  constructor(store, element, panes) {
    Object.assign(this, { store, element, panes });
    this.step = 0;
    store.watchAny(() => this.show());
    this.show();
  }

  show() {
    if (this.store.past) return;
    const step = nextStep(this.store);
    if (step === this.step) return;
    this.step = step;
    const shown = Math.min(step, 5); // the sixth is the end
    const dots = [1, 2, 3, 4, 5].map((one) => h(`i${one < step ? ".done" : one === step ? ".now" : ""}`));
    this.element.replaceChildren(h("span.dots", { "aria-hidden": "true" }, dots), h("span.step", { title: say("step_of", { step: shown }) }, say(`step_${step}`)));
    for (const pane of this.panes) {
      for (const shown of [pane.element, pane.tab]) shown?.classList.toggle("next", step <= 5 && PANES[step] === pane.plan.id);
    }
    document.body.dataset.step = step;
  }
}
