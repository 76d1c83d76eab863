// The panel "what the bot knows": what stands in its database now, in plain words. The backend tells what has changed.

import "./knows_words.js";
import { h, icon } from "./dom.js";
import { known, say } from "./words.js";

const KEPT = "gridcare.knows";
const MARKS = { urgent: "🔴", high: "🟠", normal: "🟢" };
const FIRST_LINES = 8; // of what is due next, before one asks for more

/** `panel`: the aside it stands in; `store` holds what is known. `button` opens and closes it. */
export class KnowsPanel {
  constructor(store, panel) {
    Object.assign(this, { store, panel });
    this.parts = new Map(["items", "checkins", "due", "outbox"].map((name) => [name, h("section", { "aria-labelledby": `knows-${name}` })]));
    this.shown = new Map();
    this.all = false;
    panel.setAttribute("aria-label", say("knows_title"));
    this.close = h("button.round.small", { type: "button", "aria-label": say("knows_close"), title: say("knows_close"), onclick: () => this.toggle(false) }, icon("close"));
    panel.replaceChildren(h("header.knows-head", {}, h("h2", {}, say("knows_title")), this.close, h("p.muted", {}, say("knows_about"))), ...this.parts.values());
    this.button = h("button.knows-open", { type: "button", data: { keep: "knows" }, "aria-controls": "knows", title: say("knows_about"), onclick: () => this.toggle(panel.hidden) },
      h("span", { "aria-hidden": "true" }, "🗂"), h("span.words", {}, say("knows_button")), this.count = h("span.knows-count"));
    panel.onkeydown = (event) => { if (event.key === "Escape") this.toggle(false); }; // to give back false would stop the key
    store.watchAny((change) => ["knows", "mishaps"].includes(change.type) && this.show());
    this.toggle(localStorage.getItem(KEPT) === "open", false);
    this.show();
  }

  toggle(open, kept = true) {
    const held = this.panel.contains(document.activeElement);
    this.panel.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (kept) localStorage.setItem(KEPT, open ? "open" : "closed");
    if (!open && held) this.button.focus();
  }

  /** Only what has become another is drawn anew, so that who reads or is in a table keeps his place. */
  show() {
    const { knows } = this.store;
    this.panel.classList.toggle("asleep", this.store.mishaps?.power === "off");
    if (!knows) return;
    this.count.textContent = knows.items.length || "";
    this.count.setAttribute("aria-label", say("knows_items_count", { count: knows.items.length }));
    this.draw("items", knows.items, () => this.items(knows.items));
    this.draw("checkins", knows.checkins, () => this.checkins(knows.checkins));
    this.draw("due", [knows.due, this.all], () => this.due(knows.due));
    this.draw("outbox", knows.outbox, () => this.outbox(knows.outbox));
  }

  draw(name, what, made) {
    const seen = JSON.stringify(what);
    if (this.shown.get(name) === seen) return;
    const held = this.parts.get(name).contains(document.activeElement) && document.activeElement.dataset.keep;
    this.shown.set(name, seen);
    this.parts.get(name).replaceChildren(h("h3", { id: `knows-${name}` }, say(`knows_${name}`)), ...made());
    if (held) this.parts.get(name).querySelector(`[data-keep="${held}"]`)?.focus();
  }

  // --- what a person has still to close ---

  items(found) {
    if (!found.length) return [h("p.none", {}, say("knows_items_none"))];
    return [h("ul.matters", {}, found.map((item) => h(`li.matter.${item.severity}`, { data: { item: item.number } },
      h("p.what", {}, `${MARKS[item.severity]} #${item.number} ${say(`kind_${item.kind}`)}${item.category ? ` · ${say(`category_${item.category}`)}` : ""}`, h("span.state", {}, say(`state_${item.state}`))),
      h("p.who", {}, [item.about, item.area, this.holder(item)].filter(Boolean).join(" · ")),
      item.ahead.length ? h("p.ahead", {}, item.ahead.map((one) => h("span", {}, this.coming(one)))) : null)))];
  }

  holder({ state, holder, pledger, since }) {
    if (pledger) return say("knows_pledged", { name: pledger });
    return holder ? say("knows_holder", { name: holder }) : state === "open" ? say("knows_nobody", { since: this.at(since) }) : "";
  }

  // --- today's check-ins ---

  checkins(found) {
    if (!found.length) return [h("p.none", {}, say("knows_checkins_none"))];
    const well = found.filter((one) => one.outcome === "ok" && !["cry", "voice"].includes(one.how)).length; // of a cry or an unheard voice nobody may say so
    return [h("p.sum", {}, say("knows_checkins_sum", { well, all: found.length })),
      h("table", { "aria-labelledby": "knows-checkins" },
        h("thead", {}, h("tr", {}, ["name", "how_it_is", "next"].map((column) => h("th", { scope: "col" }, say(`knows_${column}`))))),
        h("tbody", {}, found.map((one) => h(`tr.${one.outcome}`, {},
          h("th", { scope: "row" }, one.name),
          h("td", {}, this.outcome(one), one.asked ? h("span.asked", {}, say("knows_asked_at", { at: this.at(one.asked) })) : null),
          h("td", {}, one.ahead ? this.coming(one.ahead) : one.item && one.outcome === "missed" ? `→ #${one.item}` : "—")))))];
  }

  outcome(one) {
    const key = [`check_${one.why}_${one.how}`, `check_${one.why}`].find(known) ?? "check_other";
    const notes = [one.away ? say("check_away", { minutes: one.away }) : "", one.maybe ? say("check_maybe") : ""].filter(Boolean);
    return [say(key, { at: one.sign ? this.at(one.sign) : "", by: one.by ?? "" }), ...notes].join(say("comma"));
  }

  // --- what time will do ---

  due(lines) {
    if (!lines.length) return [h("p.none", {}, say("knows_due_none"))];
    const told = this.all ? lines : lines.slice(0, FIRST_LINES);
    const more = h("button.every", { type: "button", data: { keep: "knows-more" }, "aria-expanded": String(this.all), onclick: () => { this.all = !this.all; this.show(); } }, say(this.all ? "knows_less" : "knows_more", { count: lines.length - told.length }));
    return [h("ol.due", {}, told.map((one) => h("li", {}, h("time", { datetime: one.at }, this.at(one.at)), h("span", {}, this.deed(one), one.who.length ? h(one.who[0].startsWith("#") ? "span.of.matters-of" : "span.of", {}, this.row(one.who)) : null)))),
      ...(lines.length > FIRST_LINES ? [more] : [])];
  }

  row(names) {
    return names.length > 4 ? say("knows_and_more", { names: names.slice(0, 3).join(say("between")), count: names.length }) : names.join(say("between"));
  }

  // --- what is to be told ---

  outbox({ rows, cards, told, unread }) {
    const going = rows.filter((row) => row.sending).length;
    const sums = [say("outbox_sent", { count: told.sent }), say("outbox_waiting", { count: rows.length - going }), say("outbox_going", { count: going })];
    if (told.failed + told.expired) sums.push(say("outbox_failed", { count: told.failed + told.expired }));
    const notes = [cards.length ? say("outbox_cards", { items: cards.map((number) => `#${number}`).join(say("between")) }) : "", unread ? say("outbox_unread", { count: unread }) : ""].filter(Boolean);
    return [h("p.sum", {}, sums.join(" · ")), ...notes.map((note) => h("p.note", {}, note)), ...(rows.length ? [this.letters(rows)] : [])];
  }

  letters(rows) {
    const to = (row) => say(`to_${row.place}`, { name: row.to ?? "?" });
    return h("table", { "aria-labelledby": "knows-outbox" },
      h("thead", {}, h("tr", {}, ["lane", "letter", "to", "from"].map((column) => h("th", { scope: "col" }, say(`knows_${column}`))))),
      h("tbody", {}, rows.map((row) => h(`tr.${row.lane}`, {},
        h("td", {}, h("span.lane", {}, say(`lane_${row.lane}`))),
        h("td", {}, say(known(`step_${row.step}`) ? `step_${row.step}` : "step_other"), row.item ? ` #${row.item}` : ""),
        h("td", {}, to(row)),
        h("td", {}, row.sending ? say("outbox_on_its_way") : this.at(row.from), row.attempts > 1 || (row.attempts && !row.sending) ? h("span.tries", {}, say("outbox_tries", { count: row.attempts })) : null)))));
  }

  // --- sentences ---

  /** `08:30 再问一次`. */
  coming(one) {
    return `${this.at(one.at)} ${this.deed(one)}`;
  }

  deed({ what, whom }) {
    const key = known(`ahead_${what}`) ? `ahead_${what}` : "ahead_other";
    return say(key, { whom: whom ? say(`whom_${whom}`) : say("whom_higher") });
  }

  /** `10:02`, or with its day where that is not the demo's today. */
  at(when) {
    return this.store.whenAfter(Date.parse(when), this.store.now());
  }
}
