// One message as a bubble, with everything that hangs on it.

import { h, icon, avatar, colourOf } from "./dom.js";
import { miniMap } from "./map.js";
import { richText } from "./rich.js";
import { voicePart } from "./voice.js";
import { known, say } from "./words.js";

/**
 * The row of a message, or of an album (several messages of one sender).
 * `view`: {desk, store, group, first, last} and what can be done: press, reply, command, open, jump.
 */
export function messageRow(messages, view) {
  const message = messages.find((one) => one.text) ?? messages[0];
  if (message.kind === "service") return serviceRow(messages[0], view);
  const own = message.from.id === view.desk.person;
  const row = h(`div.row${own ? ".own" : ""}${view.last ? ".last" : ""}${view.first ? ".first" : ""}`, {
    data: { id: messages[0].id }, tabindex: -1, role: "article", "aria-label": message.from.name,
    ondblclick: (event) => event.target.closest("button, a") || view.reply(message),
  });
  if (view.group && !own) row.append(view.last ? avatar(message.from) : h("span.avatar.empty"));
  row.append(h("div.stack", {}, bubble(messages, message, own, view), buttons(message, view), replyButton(message, view)));
  return row;
}

function bubble(messages, message, own, view) {
  const name = view.group && !own && view.first ? h("div.name", {}, message.from.name) : null;
  if (name && !message.from.bot) name.style.setProperty("--who", colourOf(message.from.id));
  const photos = messages.flatMap((one) => (one.photo ? [one] : []));
  const text = message.text ? h("div.text", {}, richText(message.text, message.entities, view.command), " ", meta(message, own, view)) : null;
  const kind = photos.length ? ".with-photo" : message.emoji ? ".big-emoji" : message.place ? ".with-map" : "";
  return h(`div.bubble${kind}${text ? "" : ".no-text"}`, {},
    name, quoted(message, view),
    photos.length ? gallery(photos, view) : null,
    message.place ? mapPart(message, view) : null,
    message.emoji ? h("div.emoji", {}, message.emoji) : null,
    message.file ? (message.file.url ? voicePart(message) : filePart(message)) : null,
    message.contact ? h("div.contact", {}, `${message.contact.first_name} · ${message.contact.phone_number}`) : null,
    text ?? meta(message, own, view, true),
    message.reactions.length ? h("div.reactions", {}, message.reactions.map((one) => h("span", {}, one))) : null);
}

function meta(message, own, view, alone = false) {
  const title = message.silent ? say("silent") : undefined;
  return h(`span.meta${alone ? ".alone" : ""}`, { title },
    message.edited ? h("span.edited", {}, say("edited")) : null,
    message.silent ? icon("bell") : null,
    message.pinned ? h("span", {}, "📌") : null,
    h("time", { datetime: message.date }, view.store.clockTime(Date.parse(message.date))),
    own ? h("span.ticks", { "aria-hidden": "true" }, "✓") : null);
}

function quoted(message, view) {
  if (!message.replyTo) return null;
  const answered = view.store.message(message.chat, message.replyTo);
  const words = answered ? preview(answered) : say("deleted");
  return h("button.quote", { type: "button", onclick: () => view.jump(message.replyTo) },
    h("strong", {}, answered?.from.name ?? ""), h("span", {}, words));
}

/** A message in one line. */
export function preview(message) {
  if (message.text) return message.text.replace(/\s+/g, " ").slice(0, 80);
  if (message.photo) return say("photo");
  if (message.place) return message.place.title || say("place");
  if (message.emoji) return message.emoji;
  return known(message.kind) ? say(message.kind) : say("photo");
}

function gallery(photos, view) {
  return h(`div.gallery.of-${Math.min(photos.length, 4)}`, {}, photos.map((one) => {
    const small = one.photo.find((size) => size.width >= 600) ?? one.photo.at(-1);
    const image = h("img", { src: small.url, width: small.width, height: small.height, alt: say("photo"), decoding: "async" });
    return h("button.photo", { type: "button", "aria-label": say("open_photo"), onclick: () => view.open(one.photo.at(-1).url, one.text) }, image);
  }));
}

function mapPart(message, view) {
  const title = message.place.title ? h("div.place-title", {}, icon("pin"), message.place.title) : null;
  return h("div.place", {}, miniMap(view.store.map, message.place), title);
}

function filePart(message) {
  const { file_name: name, duration } = message.file;
  const words = name || (known(message.kind) ? say(message.kind) : message.kind);
  return h("div.file", {}, icon("file"), h("span", {}, duration ? `${words} · ${duration} s` : words));
}

function buttons(message, view) {
  if (!message.buttons.length) return null;
  return h("div.buttons", {}, message.buttons.map((row) => h("div.button-row", {}, row.map((button) => {
    const turning = view.spins(message, button);
    return h(`button.inline${button.style ? `.${button.style}` : ""}${turning ? ".spinning" : ""}`, {
      type: "button", data: { press: button.data ?? button.url ?? "" }, "aria-busy": turning ? "true" : undefined,
      disabled: view.past, onclick: () => view.press(message, button),
    }, h("span", {}, button.text), button.url ? icon("link") : null);
  }))));
}

function replyButton(message, view) {
  return h("button.reply-to", { type: "button", title: say("reply"), "aria-label": say("reply"), onclick: () => view.reply(message) }, icon("reply"));
}

function serviceRow(message) {
  const told = message.service;
  const names = (value) => (Array.isArray(value) ? value.join("、") : value);
  let words = say("service_other");
  if (told.new_chat_members) words = say("service_joined", { names: names(told.new_chat_members) });
  else if (told.left_chat_member) words = say("service_left", { names: told.left_chat_member });
  else if ("pinned_message" in told) words = say("service_pinned");
  else if (told.new_chat_title) words = say("service_title", { names: told.new_chat_title });
  return h("div.row.service", { data: { id: message.id } }, h("span.pill", {}, words));
}
