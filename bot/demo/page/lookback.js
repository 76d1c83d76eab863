// All phones as they were at a moment of the day. What happened is read from the film that the backend has kept.

import { act, fetchFilm } from "./wire.js";

const A_MINUTE = 60_000; // ms: looking at 08:31 one sees what came in that minute, too

/** `changed()` is called whenever another moment is looked at, or none. */
export class LookBack {
  constructor(store, changed) {
    Object.assign(this, { store, changed });
    this.at = null; // the moment looked at, in ms; null: now
    this.scene = null; // what was told then
    this.film = null;
    this.goesOn = false; // the day was playing, and shall go on afterwards
  }

  /** Show the moment `t`; the day waits meanwhile. */
  async to(t) {
    const opens = this.at === null;
    this.at = t;
    if (opens) {
      this.goesOn = this.store.day.state === "playing";
      if (this.goesOn) act({ do: "day", act: "pause" }).catch(() => {});
      this.film = fetchFilm();
    }
    const film = await this.film.catch(() => null);
    if (this.at !== t) return; // by now another is wanted
    if (!film) {
      this.leave();
      return;
    }
    const number = Math.max(0, film.scenes.findLastIndex((scene) => this.timeOf(scene) <= t));
    this.scene = film.scenes[number];
    this.store.showPast(this.picture(film, t, number));
    this.changed();
  }

  /** Back to what is now; the day goes on if it was playing. */
  end() {
    if (this.at === null) return;
    const { goesOn } = this;
    this.leave();
    if (goesOn && this.store.day.state === "paused") act({ do: "day", act: "play" }).catch(() => {});
  }

  leave() {
    Object.assign(this, { at: null, scene: null, film: null, goesOn: false });
    this.store.showNow();
    this.changed();
  }

  timeOf(scene) {
    const minutes = (words) => Number(words.slice(0, 2)) * 60 + Number(words.slice(3));
    const [first] = this.store.day.scenes;
    return Date.parse(this.store.day.began) + (minutes(scene.at) - minutes(first.at)) * A_MINUTE;
  }

  /**
   * What stood on the phones. On a scene's own minute one sees it to its end and nothing of the next, which may begin
   * within that minute.
   */
  picture(film, t, scene) {
    const onScene = t < this.timeOf(film.scenes[scene]) + A_MINUTE;
    const messages = new Map([...this.store.chats.keys()].map((chat) => [chat, new Map()]));
    const keyboards = { ...film.first.keyboards };
    for (const message of film.first.messages) messages.get(message.chat)?.set(message.id, message);
    for (const { at, scene: of, change } of film.frames) {
      if (Date.parse(at) >= t + A_MINUTE || (onScene && of > scene)) break;
      Object.assign(keyboards, change.keyboards);
      if (change.type === "delete") messages.get(change.chat)?.delete(change.id);
      else messages.get(change.message.chat)?.set(change.message.id, change.message);
    }
    return { messages, keyboards };
  }
}
