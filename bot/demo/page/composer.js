// Where one writes: text, staged photos, reply, attach menu, reply keyboard.

import { h, icon } from "./dom.js";
import { preview } from "./bubble.js";
import { choosePlace } from "./map.js";
import { say } from "./words.js";

const MOST = 10;
const CHIPS = "samples";

/** The foot of a pane. `send(what, files)` does an act of this desk and rejects if it fails. */
export class Composer {
  constructor(store, desk, send) {
    Object.assign(this, { store, desk, send });
    this.staged = []; // {sample} or {file, url}
    this.replyTo = null;
    this.keysFolded = false;
    this.input = h("textarea", { rows: 1, "aria-label": say("write"), placeholder: say("write"), enterkeyhint: "send", maxlength: 12000, oninput: () => this.grow(), onkeydown: (event) => this.onKey(event) });
    this.attach = h("button.round.attach", { type: "button", title: say("attach"), "aria-label": say("attach"), "aria-expanded": "false", onclick: () => this.toggleMenu() }, icon("attach"));
    this.go = h("button.round.send", { type: "submit" });
    this.keysButton = h("button.round.keys-button", { type: "button", hidden: true, title: say("keys"), "aria-label": say("keys"), onclick: () => this.foldKeys() }, icon("keys"));
    this.tray = h("div.tray", { hidden: true });
    this.menu = h("div.menu", { hidden: true });
    this.keys = h("div.keys", { hidden: true });
    this.picker = h("input", { type: "file", accept: "image/*", multiple: true, hidden: true, onchange: () => this.addFiles(this.picker.files) });
    this.element = h("form.composer", { onsubmit: (event) => this.onSubmit(event) }, this.menu, this.tray, h("div.line", {}, this.attach, this.input, this.keysButton, this.go), this.keys, this.picker);
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
    this.input.addEventListener("paste", (event) => this.addFiles(event.clipboardData.files));
    this.showKeys();
    this.showGo();
  }

  // --- writing ---

  /** Whether somebody is writing here. */
  get busy() {
    return document.activeElement === this.input || Boolean(this.input.value.trim()) || this.staged.length > 0;
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 120)}px`;
    this.showGo();
  }

  /** In a private chat there is a microphone as long as there is nothing to send, as in the app. */
  get speaks() {
    return !this.input.value.trim() && !this.staged.length && this.store.chats.get(this.desk.chat).private;
  }

  showGo() {
    const name = this.speaks ? "mic" : "send";
    if (this.go.dataset.sends === name) return;
    this.go.dataset.sends = name;
    this.go.replaceChildren(icon(name));
    this.go.title = say(name === "mic" ? "send_voice" : "send");
    this.go.setAttribute("aria-label", this.go.title);
  }

  onKey(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return; // isComposing: choosing a Chinese word
    event.preventDefault();
    this.element.requestSubmit();
  }

  escape() {
    if (!this.menu.hidden) {
      this.toggleMenu(false);
      this.attach.focus({ preventScroll: true });
    } else if (this.replyTo) this.answer(null);
  }

  async onSubmit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    const { staged } = this;
    if (!text && !staged.length) {
      if (this.speaks && event.submitter === this.go) await this.send({ do: "voice", reply_to: this.takeReply() });
      return;
    }
    const answered = this.replyTo;
    this.input.value = "";
    this.staged = [];
    this.replyTo = null;
    this.grow();
    this.showTray();
    const files = staged.filter((one) => one.file).map((one) => one.file);
    const samples = staged.filter((one) => one.sample).map((one) => one.sample);
    const what = staged.length ? { do: "photo", samples, caption: text } : { do: "text", text };
    if (!(await this.send({ ...what, reply_to: answered?.id ?? null }, files))) {
      this.input.value ||= text; // what was not sent is not lost
      this.staged = [...staged, ...this.staged];
      this.answer(answered);
      this.grow();
    } else {
      for (const one of staged) if (one.url) URL.revokeObjectURL(one.url);
    }
    this.input.focus({ preventScroll: true });
  }

  /** The message that is replied to, which is answered by what is sent now. */
  takeReply() {
    const answered = this.replyTo?.id ?? null;
    this.answer(null);
    return answered;
  }

  /** Reply to a message, or to none. */
  answer(message) {
    this.replyTo = message;
    this.showTray();
    if (message) this.input.focus({ preventScroll: true });
  }

  // --- photos that wait to be sent ---

  addFiles(files) {
    const pictures = [...files].filter((file) => file.type.startsWith("image/"));
    for (const file of pictures) this.stage({ file, url: URL.createObjectURL(file) });
    this.picker.value = "";
    if (pictures.length) this.toggleMenu(false);
  }

  stage(one) {
    if (this.staged.length < MOST) this.staged.push(one);
    this.showTray();
    this.input.focus({ preventScroll: true });
  }

  unstage(one) {
    this.staged = this.staged.filter((other) => other !== one);
    if (one.url) URL.revokeObjectURL(one.url);
    this.showTray();
    this.input.focus({ preventScroll: true });
  }

  showTray() {
    const reply = this.replyTo && h("div.replying", {}, icon("reply"), h("div", {}, h("strong", {}, say("replying", { name: this.replyTo.from.name })), h("span", {}, preview(this.replyTo))), h("button.round.small", { type: "button", "aria-label": say("cancel"), onclick: () => this.answer(null) }, icon("close")));
    const chips = this.staged.map((one) => h("div.chip", {}, h("img", { src: one.url ?? `/sample/${one.sample}.jpg?small`, alt: one.sample ? say(`sample_${one.sample}`) : one.file.name }), h("button.round.small", { type: "button", "aria-label": say("remove"), onclick: () => this.unstage(one) }, icon("close"))));
    this.tray.replaceChildren(...[reply, chips.length ? h("div.chips", {}, chips) : null].filter(Boolean));
    this.tray.hidden = !reply && !chips.length;
    this.showGo();
    this.input.placeholder = chips.length ? say("write_caption") : (this.store.keyboard(this.desk)?.input_field_placeholder ?? say("write"));
  }

  // --- the attach menu ---

  toggleMenu(open = this.menu.hidden) {
    if (open) {
      const broken = this.store.samples.filter((name) => !name.endsWith("_done"));
      const mended = this.store.samples.filter((name) => name.endsWith("_done"));
      this.menu.replaceChildren(
        h("h3", {}, say("samples")), h(`div.${CHIPS}`, {}, broken.map((name) => this.sampleButton(name))),
        h("h3", {}, say("samples_done")), h(`div.${CHIPS}`, {}, mended.map((name) => this.sampleButton(name))),
        h("div.menu-actions", {},
          h("button", { type: "button", onclick: () => this.picker.click() }, icon("upload"), say("upload")),
          h("button", { type: "button", onclick: () => this.sendPlace() }, icon("pin"), say("location"))));
    }
    this.menu.hidden = !open;
    this.attach.setAttribute("aria-expanded", String(open));
    if (open) this.menu.querySelector("button").focus({ preventScroll: true });
  }

  sampleButton(name) {
    const title = say(`sample_${name}`);
    return h("button.sample", { type: "button", title, onclick: () => { this.toggleMenu(false); this.stage({ sample: name }); } }, h("img", { src: `/sample/${name}.jpg?small`, alt: "", width: 160, height: 120, loading: "lazy" }), h("span", {}, title));
  }

  choosePlace(named) {
    return choosePlace(this.store.map, this.store.people.get(this.desk.person).name, named);
  }

  async sendPlace() {
    this.toggleMenu(false);
    const place = await this.choosePlace(true);
    if (!place) return;
    const { latitude, longitude, title } = place;
    await this.send({ do: "place", latitude, longitude, title });
  }

  // --- the reply keyboard ---

  showKeys() {
    const markup = this.store.keyboard(this.desk);
    const rows = (markup?.keyboard ?? []).map((row) => h("div.key-row", {}, row.map((key) => h(`button.key${key.style ? `.${key.style}` : ""}`, { type: "button", onclick: () => this.tap(key) }, key.text))));
    const signature = JSON.stringify(markup);
    if (signature !== this.keysShown) {
      this.keys.replaceChildren(...rows);
      this.keysFolded = false;
      this.keysShown = signature;
    }
    this.keysButton.hidden = !rows.length;
    this.keys.hidden = !rows.length || this.keysFolded;
    this.keys.classList.toggle("tall", Boolean(markup && !markup.resize_keyboard));
    this.keys.classList.toggle("stays", Boolean(markup?.is_persistent)); // there for good: big enough for any finger
    this.showTray();
  }

  /** The key with that label. */
  keyOf(label) {
    return [...this.keys.querySelectorAll(".key")].find((key) => key.textContent === label);
  }

  foldKeys() {
    this.keysFolded = !this.keysFolded;
    this.keys.hidden = this.keysFolded;
  }

  async tap(key) {
    const where = key.request_location ? await this.choosePlace(false) : {};
    if (where) await this.send({ do: "key", label: key.text, latitude: where.latitude, longitude: where.longitude });
  }
}
