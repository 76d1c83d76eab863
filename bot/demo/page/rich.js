// Text with Telegram's entities, as elements. Offsets count UTF-16 units, as JavaScript's strings do.

import { h } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", expandable_blockquote: "blockquote" };

/** The text as nodes. `onCommand(command)` is called for a tapped /command. */
export function richText(text, entities, onCommand) {
  const cuts = new Set([0, text.length]);
  for (const entity of entities) cuts.add(entity.offset).add(entity.offset + entity.length);
  const edges = [...cuts].filter((cut) => cut >= 0 && cut <= text.length).sort((a, b) => a - b);
  const nodes = [];
  for (let index = 0; index + 1 < edges.length; index += 1) {
    const [from, to] = [edges[index], edges[index + 1]];
    const around = entities.filter((entity) => entity.offset <= from && entity.offset + entity.length >= to);
    nodes.push(around.reduceRight((inner, entity) => wrapped(entity, inner, text, onCommand), text.slice(from, to)));
  }
  return nodes;
}

function wrapped(entity, inner, text, onCommand) {
  const words = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case "text_link":
      return link(entity.url, inner);
    case "url":
      return link(words, inner);
    case "text_mention":
    case "mention":
    case "hashtag":
      return h("span.mention", {}, inner);
    case "phone_number":
      return h("a", { href: `tel:${words.replace(/[^+\d]/g, "")}` }, inner);
    case "bot_command":
      return h("button.command", { type: "button", onclick: () => onCommand(words) }, inner);
    case "spoiler":
      return h("span.spoiler", { tabindex: 0, onclick: (event) => event.currentTarget.classList.add("seen") }, inner);
    default:
      return TAGS[entity.type] ? h(TAGS[entity.type], {}, inner) : inner;
  }
}

function link(url, inner) {
  if (!/^(https?|tg|mailto):/i.test(url)) return inner;
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, inner);
}
