// What the page knows: chats, messages, keyboards, the clock. Panes ask to be told of their chat.
// Who looks back sees another picture of chats and keyboards; what goes on meanwhile is kept for when he returns.

import { say } from "./words.js";

export const SPINNER_STOPS = 12_000; // ms; the app gives up too

export class Store {
  constructor() {
    this.watchers = new Map(); // chat id -> functions
    this.anyWatchers = [];
    this.spinning = new Map(); // "chat:message:data:person" -> query id
    this.past = null; // {messages, keyboards} of another moment, while that is looked at
  }

  /** Begin (or begin again) with the whole state. */
  load(state) {
    this.at = state.at;
    this.bot = state.bot;
    this.panes = state.panes;
    this.samples = state.samples;
    this.map = state.map;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.messages = new Map(state.chats.map((chat) => [chat.id, new Map()]));
    for (const message of state.messages) this.messages.get(message.chat)?.set(message.id, message);
    this.keyboards = state.keyboards;
    this.setClock(state.clock);
    this.zone = state.clock.zone;
    this.day = state.day;
    this.mishaps = state.mishaps;
    this.knows = state.knows;
    this.spinning.clear();
    for (const chat of this.chats.keys()) this.tell(chat, { type: "load" });
  }

  /** Take one change of the stream. */
  change(change) {
    if (change.type === "clock") this.setClock(change);
    if (change.type === "day") this.day = { ...this.day, ...change };
    if (change.type === "mishaps") this.mishaps = change;
    if (change.type === "knows") this.knows = change.knows;
    if (change.type === "press" && change.played) this.spinPlayed(change);
    const chat = change.chat ?? change.message?.chat;
    const kept = this.messages.get(chat);
    if (kept) {
      Object.assign(this.keyboards, change.keyboards ?? {});
      if (change.type === "message") kept.set(change.message.id, change.message);
      if (change.type === "delete") kept.delete(change.id);
      if (change.type === "answer") this.stopSpinning(change.query);
      if (!this.past || change.type === "answer") this.tell(chat, change);
    }
    for (const watcher of this.anyWatchers) watcher(change);
  }

  /** The panes show another picture than that of now. */
  showPast(picture) {
    this.past = picture;
    for (const chat of this.chats.keys()) this.tell(chat, { type: "load" });
  }

  /** And that of now again. */
  showNow() {
    if (!this.past) return;
    this.past = null;
    for (const chat of this.chats.keys()) this.tell(chat, { type: "load" });
  }

  get shown() {
    return this.past ?? this;
  }

  setClock(clock) {
    this.clock = { ...clock, at: Date.parse(clock.now), mark: performance.now() };
  }

  /** What the demo's clock shows now, in milliseconds since 1970. */
  now() {
    const { at, mark, speed, stands } = this.clock;
    return stands ? at : at + (performance.now() - mark) * speed;
  }

  /** The messages of a chat, oldest first. */
  history(chat) {
    return [...(this.shown.messages.get(chat)?.values() ?? [])].sort((a, b) => a.id - b.id);
  }

  message(chat, id) {
    return this.shown.messages.get(chat)?.get(id);
  }

  keyboard(desk) {
    return this.shown.keyboards[`${desk.chat}:${desk.person}`] ?? null;
  }

  watch(chat, watcher) {
    if (!this.watchers.has(chat)) this.watchers.set(chat, []);
    this.watchers.get(chat).push(watcher);
  }

  watchAny(watcher) {
    this.anyWatchers.push(watcher);
  }

  tell(chat, change) {
    for (const watcher of this.watchers.get(chat) ?? []) watcher(change);
  }

  spin(key, query) {
    this.spinning.set(key, query);
  }

  /** Nobody's press on this page: it spins until it is answered, or as long as the app has patience. */
  spinPlayed({ chat, message, data, person, query }) {
    this.spin(`${chat}:${message}:${data}:${person}`, query);
    setTimeout(() => {
      this.stopSpinning(query);
      this.tell(chat, { type: "spun" });
    }, SPINNER_STOPS);
  }

  stopSpinning(query) {
    for (const [key, one] of this.spinning) if (one === query) this.spinning.delete(key);
  }

  /** `10:02`, in the neighbourhood's own time. */
  clockTime(when) {
    return new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: this.zone }).format(when);
  }

  /** `10:02`, with the day before it where that is another than of `since`. */
  whenAfter(when, since) {
    const [day, before] = [say("today", this.dayOf(when)), say("today", this.dayOf(since))];
    return day === before ? this.clockTime(when) : `${day} ${this.clockTime(when)}`;
  }

  /** Day and month there. */
  dayOf(when) {
    const parts = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "numeric", timeZone: this.zone }).formatToParts(when);
    return Object.fromEntries(parts.map((part) => [part.type, part.value]));
  }
}
