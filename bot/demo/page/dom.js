// Building blocks: elements, icons.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `h("button.key", {onclick, title, "aria-label": …}, "text", child)`. */
export function h(kind, props = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  return fill(document.createElement(tag), classes, props, children);
}

/** The same for SVG. */
export function s(kind, props = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  return fill(document.createElementNS(SVG, tag), classes, props, children);
}

function fill(element, classes, props, children) {
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  attach: "M8.5 12.5 14.8 6.2a3.2 3.2 0 0 1 4.5 4.5l-8 8a5 5 0 0 1-7.1-7.1l7.6-7.6",
  send: "M4 12 20 4.5 15.5 20l-4-6.5z M11.5 13.5 20 4.5",
  reply: "M9.5 6.5 4 12l5.5 5.5 M4.5 12H14a6 6 0 0 1 6 6v.5",
  keys: "M4 6.5h16v11H4z M7.5 10h.01 M12 10h.01 M16.5 10h.01 M8 14h8",
  close: "M6 6l12 12 M18 6 6 18",
  pin: "M12 21s-6.5-6-6.5-11a6.5 6.5 0 1 1 13 0c0 5-6.5 11-6.5 11z M12 12.2a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  upload: "M12 16V5 M7.5 9 12 4.5 16.5 9 M5 16.5V19h14v-2.5",
  down: "M6 10l6 6 6-6",
  link: "M14 5h5v5 M19 5l-8 8 M16 13v5H6V8h5",
  leap: "M5 6.5 11.5 12 5 17.5z M12 6.5 18.5 12 12 17.5z M20.5 6v12",
  bell: "M6.5 16.5V11a5.5 5.5 0 0 1 9-4.2 M17.5 10.5v6h-11 M10.5 19.5a1.6 1.6 0 0 0 3 0 M4.5 4.5l15 15",
  play: "M8 5.5 18.5 12 8 18.5z",
  pause: "M8.5 6v12 M15.5 6v12",
  stop: "M7 7h10v10H7z",
  mic: "M12 14.5a3 3 0 0 0 3-3V6.5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3z M6 11.5a6 6 0 0 0 12 0 M12 17.5V21",
  more: "M5.5 12h.01 M12 12h.01 M18.5 12h.01",
  sun: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M12 3v2 M12 19v2 M3 12h2 M19 12h2 M5.6 5.6 7 7 M17 17l1.4 1.4 M5.6 18.4 7 17 M17 7l1.4-1.4",
  moon: "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z",
  file: "M7 3.5h7l4 4V20.5H7z M14 3.5v4h4",
};

/** A line icon, 20 px unless styled. */
export function icon(name) {
  return s("svg.icon", { viewBox: "0 0 24 24", "aria-hidden": "true" }, s("path", { d: ICONS[name] }));
}

/** How to scroll: smoothly, unless the visitor's system asks for less motion. */
export function gently() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}

const COLOURS = ["#e07a3f", "#3f8f6b", "#4a7fd0", "#a466c4", "#c95674", "#2f97a3"];

/** The round picture of a person or chat: one letter on a colour that stays the same. */
export function avatar(who, size = "") {
  if (who.bot) return h(`span.avatar.of-bot${size}`, { "aria-hidden": "true" });
  const letter = [...(who.name || "?")].find((one) => /\p{L}/u.test(one)) || "?";
  const disc = h(`span.avatar${size}`, { "aria-hidden": "true" }, letter);
  disc.style.background = colourOf(who.id);
  return disc;
}

/** The colour of somebody's name and avatar. */
export function colourOf(id) {
  return COLOURS[Math.abs(Number(id)) % COLOURS.length];
}
