// The list of messages of one chat, patched in place when something changes.

import { h, icon, gently } from "./dom.js";
import { messageRow } from "./bubble.js";
import { say } from "./words.js";

const NEAR = 90; // pixels from the end within which a new message is followed

/** A chat's messages as one desk sees them. `doings`: press, reply, command, open, spins. */
export class Log {
  constructor(store, desk, doings, empty) {
    Object.assign(this, { store, desk, doings, empty });
    this.rows = new Map(); // key -> {element, signature}
    this.list = h("div.messages");
    this.newer = 0;
    this.jumpDown = h("button.to-end.round", { type: "button", hidden: true, "aria-label": say("to_end"), onclick: () => this.toEnd() }, icon("down"));
    this.element = h("div.log", { role: "log", tabindex: 0, lang: "zh-CN", "aria-label": say("messages_of", { name: name(store, desk) }), onkeydown: (event) => this.onKey(event) }, this.list);
    this.stuck = true; // to the end: what comes, or takes room below, is followed
    this.element.addEventListener("scroll", () => {
      this.stuck = this.near();
      if (this.stuck) this.seen();
    });
    new ResizeObserver(() => this.stuck && this.toEnd(false)).observe(this.element);
    this.patch(false);
  }

  near() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  seen() {
    this.newer = 0;
    this.jumpDown.hidden = true;
  }

  toEnd(smooth = true) {
    this.element.scrollTo({ top: this.element.scrollHeight, behavior: smooth ? gently() : "instant" });
    this.stuck = true;
    this.seen();
  }

  /** Show what is there now. `fresh`: the message that has just come, if one has. */
  update(fresh) {
    const follow = this.stuck || fresh?.from.id === this.desk.person;
    this.patch(true);
    if (!fresh && !follow) return;
    if (follow) {
      this.toEnd();
      for (const image of this.list.querySelectorAll("img")) if (!image.complete) image.addEventListener("load", () => this.toEnd(), { once: true });
      return;
    }
    this.newer += 1;
    this.jumpDown.hidden = false;
    this.jumpDown.dataset.count = this.newer;
  }

  /** Another moment altogether: shown at once, at its end. */
  load() {
    this.patch(false);
    this.toEnd(false);
  }

  /** Up and down go from message to message; what can be done with one comes next in order. */
  onKey(event) {
    const row = event.target.closest(".row");
    if (!["ArrowUp", "ArrowDown"].includes(event.key) || event.target.closest("a, button")) return;
    const rows = [...this.list.querySelectorAll(".row[tabindex]")];
    const next = rows[event.key === "ArrowUp" ? (row ? rows.indexOf(row) : rows.length) - 1 : rows.indexOf(row) + 1];
    if (!next || (!row && event.key === "ArrowDown")) return;
    event.preventDefault();
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  patch(animated) {
    const focus = this.focused();
    const wanted = this.wanted();
    const keep = new Set(wanted.map((one) => one.key));
    for (const [key, row] of this.rows) if (!keep.has(key)) this.fade(key, row.element, animated);
    let before = null;
    for (const { key, signature, make } of wanted) {
      let row = this.rows.get(key);
      if (!row || row.signature !== signature) {
        const element = make();
        if (row) row.element.replaceWith(element);
        else if (animated) element.classList.add("arriving");
        row = { element, signature };
        this.rows.set(key, row);
      }
      const place = before ? before.nextElementSibling : this.list.firstElementChild;
      if (place !== row.element) this.list.insertBefore(row.element, place);
      before = row.element;
    }
    this.refocus(focus);
  }

  /** The rows that should stand there, in order. */
  wanted() {
    const history = this.store.history(this.desk.chat);
    if (!history.length) return [{ key: "empty", signature: "empty", make: this.empty }];
    const group = !this.store.chats.get(this.desk.chat).private;
    const blocks = [];
    for (const message of history) {
      const last = blocks.at(-1);
      if (message.album && last?.[0].album === message.album) last.push(message);
      else blocks.push([message]);
    }
    const rows = [];
    let day = "";
    blocks.forEach((block, index) => {
      const [before, after] = [blocks[index - 1]?.[0], blocks[index + 1]?.[0]];
      const same = (other) => other && other.from.id === block[0].from.id && other.kind !== "service";
      const today = this.store.dayOf(Date.parse(block[0].date));
      const words = say("today", today);
      if (words !== day) rows.push(this.dayRow(words));
      const flags = { first: !same(before) || words !== day, last: !same(after), group, past: Boolean(this.store.past) };
      day = words;
      const answered = block[0].replyTo ? this.store.message(block[0].chat, block[0].replyTo) : null;
      const spins = block.flatMap((one) => one.buttons.flat()).filter((button) => this.doings.spins(block[0], button)).map((button) => button.data);
      const signature = JSON.stringify([block, flags, spins, answered && [answered.text, answered.from.name]]);
      const make = () => messageRow(block, { ...flags, ...this.doings, desk: this.desk, store: this.store, jump: (id) => this.jump(id) });
      rows.push({ key: `m${block[0].id}`, signature, make });
    });
    return rows;
  }

  dayRow(words) {
    return { key: `d${words}`, signature: words, make: () => h("div.row.service.day", {}, h("span.pill", {}, words)) };
  }

  fade(key, element, animated) {
    this.rows.delete(key);
    if (!animated || key === "empty") {
      element.remove();
      return;
    }
    element.classList.add("going");
    element.inert = true;
    setTimeout(() => element.remove(), 260);
  }

  /** Which button of which message has the focus, to give it back after a change. */
  focused() {
    const button = this.list.contains(document.activeElement) ? document.activeElement : null;
    const row = button?.closest(".row");
    return row ? { id: row.dataset.id, press: button.dataset.press } : null;
  }

  refocus(focus) {
    if (!focus || this.list.contains(document.activeElement)) return;
    const row = this.list.querySelector(`.row[data-id="${CSS.escape(focus.id)}"]`);
    const button = focus.press ? row?.querySelector(`[data-press="${CSS.escape(focus.press)}"]`) : null;
    (button ?? row?.querySelector("button.inline") ?? row ?? this.element).focus({ preventScroll: true });
  }

  /** The button of a message that carries this. */
  buttonOf(id, data) {
    return this.list.querySelector(`.row[data-id="${CSS.escape(String(id))}"] [data-press="${CSS.escape(data)}"]`);
  }

  /** Scroll so far that it is seen, and nothing else with it. */
  reveal(element) {
    const [box, frame] = [element.getBoundingClientRect(), this.element.getBoundingClientRect()];
    const over = box.top < frame.top ? box.top - frame.top - 12 : Math.max(0, box.bottom - frame.bottom + 12);
    if (over) this.element.scrollBy({ top: over, behavior: gently() });
  }

  jump(id) {
    const row = this.list.querySelector(`.row[data-id="${CSS.escape(String(id))}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "center", behavior: gently() });
    row.classList.add("pointed");
    setTimeout(() => row.classList.remove("pointed"), 1400);
  }
}

/** Whose chat it is. */
function name(store, desk) {
  const chat = store.chats.get(desk.chat);
  return chat.private ? store.people.get(desk.person).name : chat.title;
}
