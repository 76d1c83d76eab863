// A column of the page: somebody's phone, showing one chat at a time.

import { h, icon, avatar } from "./dom.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { SPINNER_STOPS } from "./store.js";
import { act } from "./wire.js";
import { known, say } from "./words.js";

export class Pane {
  /** `toNow()`: whoever looks back and wants to do something here is led back. */
  constructor(store, plan, toNow) {
    Object.assign(this, { store, plan });
    this.toNow = h("button.write-now", { type: "button", onclick: () => { toNow(); this.room.composer.input.focus({ preventScroll: true }); } }, say("to_now_here"));
    this.desk = plan.desks[0];
    this.head = h("header.pane-head");
    this.toasts = h("div.toasts", { role: "status", "aria-live": "polite" });
    this.body = h("div.pane-body");
    this.element = h("section.pane", { data: { pane: plan.id }, "aria-label": say(`pane_${plan.id}`) }, this.head, this.body, this.toasts, h("div.drop-here", {}, h("span", {}, say("drop"))));
    this.unread = 0;
    this.pressed = new Map(); // query -> desk, of the buttons pressed on this page
    this.early = new Map(); // query -> answer that came before we knew the query was ours
    this.rooms = plan.desks.map((desk) => this.furnish(desk));
    for (const chat of new Set(plan.desks.map((desk) => desk.chat))) store.watch(chat, (change) => this.onChange(chat, change));
    this.acceptDrops();
    this.show(this.desk);
  }

  /** A log and a composer for each desk, kept while another is shown: nothing half-written is lost. */
  furnish(desk) {
    const composer = new Composer(this.store, desk, (what, files) => this.send(desk, what, files));
    const doings = {
      press: (message, button) => this.press(desk, message, button),
      reply: (message) => composer.answer(message),
      command: (words) => this.send(desk, { do: "text", text: words }),
      open: (url, words) => openPhoto(url, words),
      spins: (message, button) => this.store.spinning.has(spinKey(desk, message, button)),
    };
    return { desk, composer, log: new Log(this.store, desk, doings, () => this.emptyRoom(desk)), typing: 0, unseen: false };
  }

  get room() {
    return this.rooms.find((room) => room.desk === this.desk);
  }

  show(desk) {
    this.desk = desk;
    this.room.unseen = false;
    const { log, composer } = this.room;
    this.body.replaceChildren(log.element, log.jumpDown, composer.element, this.toNow);
    this.showHead();
    log.update();
    log.toEnd(false);
  }

  showHead() {
    const chat = this.store.chats.get(this.desk.chat);
    const who = chat.private ? this.store.people.get(this.desk.person) : { id: chat.id, name: chat.title };
    const name = chat.private ? who.name : chat.title;
    const about = `who_${this.desk.person}`;
    const role = chat.private ? say(known(about) ? about : "role_private") : this.groupRole(chat);
    const subtitle = this.room.typing ? h("span.typing", {}, say("typing")) : h("span.role", {}, role);
    this.head.replaceChildren(avatar(who, ".big"), h("div.titles", {}, h("h2", {}, name), subtitle), this.mark?.(this.desk) ?? "", this.plan.desks.length > 1 ? this.switcher() : "");
  }

  /** How many are there, and as whom one acts where the switch does not tell. */
  groupRole(chat) {
    const count = chat.members.length + 1; // with the bot
    const told = this.plan.desks.every((desk) => desk.chat === chat.id);
    return say(told ? "role_grid" : "role_as", { count, name: this.store.people.get(this.desk.person).name });
  }

  /** Who acts here, or which chat is shown. */
  switcher() {
    return h("div.switch", { role: "group", "aria-label": say("acting_as") }, this.plan.desks.map((desk) => {
      const { name } = this.store.people.get(desk.person);
      const chat = this.store.chats.get(desk.chat);
      const sameChat = this.plan.desks.every((other) => other.chat === desk.chat);
      const many = new Set(this.plan.desks.map((other) => other.person)).size > 1; // phones of several, or one's own two chats
      const words = sameChat || many ? say("as_person", { name }) : chat.private ? say("as_private", { name }) : say("group_chat");
      const unseen = this.rooms.find((room) => room.desk === desk)?.unseen;
      return h("button", { type: "button", "aria-pressed": String(desk === this.desk), onclick: () => this.show(desk) }, words, unseen ? h("i.unseen", { role: "img", "aria-label": say("news_here") }) : null);
    }));
  }

  emptyRoom(desk) {
    const chat = this.store.chats.get(desk.chat);
    if (this.plan.id === "courier") return this.hint(desk);
    const aside = chat.private && known(`empty_${this.plan.id}_private`); // beside the group that the pane is for
    const key = `empty_${this.plan.id}${aside ? "_private" : ""}`;
    return h("div.empty", {}, h("p", {}, say(key)), known(`${key}_more`) ? h("p.muted", {}, say(`${key}_more`)) : null,
      chat.private ? h("button.primary.start", { type: "button", onclick: () => this.send(desk, { do: "start" }) }, say("start")) : null);
  }

  /** What greets a newcomer: one tap, and everything begins. */
  hint(desk) {
    const send = (name) => this.send(desk, { do: "photo", samples: [name], caption: "" });
    const broken = this.store.samples.filter((name) => !name.endsWith("_done"));
    return h("div.empty.hint", {},
      h("p.muted", {}, say("hello_courier")),
      h("h3", {}, say("hint")),
      h("div.samples", {}, broken.map((name) => h("button.sample", { type: "button", onclick: () => send(name) }, h("img", { src: `/sample/${name}.jpg?small`, alt: "", width: 320, height: 240 }), h("span", {}, say(`sample_${name}`))))),
      h("button.primary", { type: "button", onclick: () => send(broken[0]) }, say("hint_button")),
      h("p.muted", {}, say("hint_own")));
  }

  // --- what is done here ---

  async send(desk, what, files = []) {
    try {
      await act({ person: desk.person, chat: desk.chat, ...what }, files);
      return true;
    } catch (error) {
      this.toast(known(`error_${error.code}`) ? say(`error_${error.code}`) : say("error_other", { detail: error.message }), "wrong");
      return false;
    }
  }

  async press(desk, message, button) {
    const link = button.url;
    if (link) {
      this.follow(desk, link);
      return;
    }
    const key = spinKey(desk, message, button);
    if (!button.data || this.store.spinning.has(key)) return;
    this.store.spin(key, `asking:${key}`);
    this.room.log.patch(true);
    try {
      const told = await act({ do: "press", person: desk.person, chat: message.chat, message: message.id, data: button.data });
      this.pressed.set(told.query, desk);
      this.store.spin(key, told.query);
      const early = this.early.get(told.query);
      if (early) {
        this.stop(key);
        this.onAnswer(early);
        return;
      }
      setTimeout(() => this.store.spinning.get(key) === told.query && (this.stop(key), this.toast(say("no_answer"), "wrong")), SPINNER_STOPS);
    } catch (error) {
      this.stop(key);
      this.toast(known(`error_${error.code}`) ? say(`error_${error.code}`) : say("error_other", { detail: error.message }), "wrong");
    }
  }

  stop(key) {
    this.store.spinning.delete(key);
    for (const { log } of this.rooms) log.patch(true);
  }

  /** A link on a button: into the bot's own chat, or out into the world. */
  follow(desk, url) {
    const start = /^https?:\/\/t\.me\/\w+\?start=([A-Za-z0-9_-]{1,64})$/.exec(url);
    if (start) this.send({ person: desk.person, chat: desk.person }, { do: "start", payload: start[1] });
    else if (/^https?:/.test(url)) window.open(url, "_blank", "noopener,noreferrer");
  }

  // --- what happens here ---

  onChange(chat, change) {
    const rooms = this.rooms.filter((room) => room.desk.chat === chat);
    if (change.type === "answer") this.onAnswer(change);
    if (change.type === "hand") this.onHand(change);
    if (change.type === "typing") this.onTyping(rooms);
    const fresh = change.type === "message" && change.rings !== undefined ? change.message : null;
    for (const room of rooms) {
      if (change.type === "message" && change.message.from.bot) room.typing = 0;
      room.composer.showKeys();
      room.composer.element.inert = Boolean(this.store.past);
      if (change.type === "load") {
        room.log.load();
        continue;
      }
      room.log.update(fresh && !room.log.rows.has(`m${fresh.id}`) ? fresh : undefined);
      if (fresh?.asksReply && !change.message.edited) room.composer.answer(fresh);
      if (change.rings && room.desk !== this.desk && !rooms.some((other) => other.desk === this.desk)) room.unseen = true;
    }
    if (change.type === "load" || change.type === "message" || change.type === "typing") this.showHead();
    if (change.rings && fresh.from.id !== this.desk.person) this.ring();
  }

  /** The bot's answer to a press: seen by who pressed, on the page where he did. */
  onAnswer(change) {
    if (change.played) {
      if (change.text && this.desk.person === change.person && this.desk.chat === change.chat) this.toast(change.text);
      return;
    }
    const desk = this.pressed.get(change.query);
    if (!desk) {
      this.early.set(change.query, change);
      if (this.early.size > 50) this.early.delete(this.early.keys().next().value);
      return;
    }
    this.pressed.delete(change.query);
    if (change.url) this.follow(desk, change.url);
    if (!change.text) return;
    if (change.show_alert) this.alert(change.text);
    else this.toast(change.text);
  }

  /** Somebody's hand in a day that is played, a moment before it presses. */
  onHand({ person, chat, message, data, key }) {
    const desk = this.plan.desks.find((one) => one.person === person && one.chat === chat);
    if (desk && desk !== this.desk && !this.room.composer.busy) this.show(desk);
    if (desk !== this.desk) return;
    const button = message ? this.room.log.buttonOf(message, data) : this.room.composer.keyOf(key);
    if (!button) return;
    if (message) this.room.log.reveal(button);
    button.classList.add("touched");
    setTimeout(() => button.classList.remove("touched"), 1600);
  }

  onTyping(rooms) {
    for (const room of rooms) {
      room.typing += 1;
      const { typing } = room;
      setTimeout(() => { if (room.typing === typing) { room.typing = 0; this.showHead(); } }, 5000);
    }
  }

  ring() {
    this.element.classList.remove("ringing");
    requestAnimationFrame(() => this.element.classList.add("ringing"));
    this.onRing?.();
  }

  toast(words, kind = "") {
    const toast = h(`div.toast${kind ? `.${kind}` : ""}`, {}, words);
    this.toasts.append(toast);
    while (this.toasts.children.length > 3) this.toasts.firstElementChild.remove();
    setTimeout(() => toast.classList.add("leaving"), 3600);
    setTimeout(() => toast.remove(), 4000);
  }

  alert(words) {
    const dialog = h("dialog.sheet.alert", { "aria-label": say("alert_from") }, h("p", {}, words));
    dialog.append(h("button.primary", { type: "button", onclick: () => dialog.close() }, say("ok")));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  acceptDrops() {
    const hasFiles = (event) => [...event.dataTransfer.types].includes("Files");
    this.element.addEventListener("dragover", (event) => { if (hasFiles(event)) { event.preventDefault(); this.element.classList.add("dropping"); } });
    this.element.addEventListener("dragleave", (event) => this.element.contains(event.relatedTarget) || this.element.classList.remove("dropping"));
    this.element.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      this.element.classList.remove("dropping");
      this.room.composer.addFiles(event.dataTransfer.files);
    });
  }
}

function spinKey(desk, message, button) {
  return `${message.chat}:${message.id}:${button.data}:${desk.person}`;
}

function openPhoto(url, words) {
  const dialog = h("dialog.light", { "aria-label": say("photo"), onclick: () => dialog.close() }, h("img", { src: url, alt: words || say("photo") }), h("button.round", { type: "button", "aria-label": say("close") }, icon("close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
