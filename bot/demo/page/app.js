// The page: loads the state, lays the panes side by side, and keeps them up to date.

import { h, icon, avatar, gently } from "./dom.js";
import { ClockTool } from "./clock.js";
import { DayTool } from "./day.js";
import { FaultSwitch } from "./faults.js";
import { Guide } from "./guide.js";
import { KnowsPanel } from "./knows.js";
import { Pane } from "./pane.js";
import { Store } from "./store.js";
import { themeButton } from "./theme.js";
import { currentLanguage, say, switchLanguage } from "./words.js";
import { fetchState, listen } from "./wire.js";

const strip = document.getElementById("strip");
const tabs = document.getElementById("tabs");
const tools = document.getElementById("tools");
const rest = document.getElementById("rest");
let clock = null;
let day = null;
let store = new Store();
let stream = null;
let faults = null;

/** Everything anew: at the start, after a switch of language, or when the world has become another. */
async function open() {
  const kept = document.activeElement?.dataset.keep; // all will be new: who uses the keyboard keeps his place
  stream?.close();
  clock?.end();
  day?.close();
  faults?.end();
  store = new Store();
  store.load(await fetchState());
  document.title = say("title");
  document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
  document.getElementById("where").textContent = say("where");
  document.getElementById("skip").textContent = say("skip");
  strip.setAttribute("aria-label", say("phones"));
  tabs.setAttribute("aria-label", say("phones"));
  const panes = store.panes.map((plan) => new Pane(store, plan, () => day.past.end()));
  strip.replaceChildren(...panes.map((pane) => pane.element));
  for (const pane of panes) pane.room.log.toEnd(false);
  clock = new ClockTool(store, document.getElementById("news"), (chat) => lookAt(panes, chat));
  day = new DayTool(store, document.getElementById("day"), (scene, into) => follow(panes, scene, into));
  tools.replaceChildren(day.button, clock.dial, clock.next, moreButton());
  document.getElementById("speeds").replaceChildren(clock.speeds);
  document.getElementById("settings").replaceChildren(themeButton(), h("button.quiet.language", { type: "button", lang: currentLanguage() === "zh" ? "en" : "zh-CN", data: { keep: "language" }, onclick: changeLanguage }, say("language")));
  const knows = new KnowsPanel(store, document.getElementById("knows"));
  const place = document.getElementById("faults");
  faults = new FaultSwitch(store, place, panes);
  place.prepend(knows.button);
  layTabs(panes);
  new Guide(store, document.getElementById("guide"), panes);
  stream = listen(store.at, onChange, onLine);
  if (kept) document.querySelector(`[data-keep="${kept}"]`)?.focus();
  document.body.dataset.ready = "yes";
}

async function changeLanguage() {
  switchLanguage();
  await begin();
}

/** On a narrow screen what is needed seldom is behind this button. */
function moreButton() {
  const button = h("button.quiet.more", { type: "button", "aria-expanded": "false", "aria-controls": "rest", "aria-label": say("more"), title: say("more"), onclick: () => openMore(!rest.classList.contains("open")) }, icon("more"));
  rest.classList.remove("open");
  return button;
}

function openMore(open) {
  rest.classList.toggle("open", open);
  tools.querySelector(".more").setAttribute("aria-expanded", String(open));
}

/** Escape closes what is open, one thing at a time; dialogs and menus see to it themselves. */
function onEscape(event) {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (rest.classList.contains("open")) {
    openMore(false);
    tools.querySelector(".more").focus();
  } else if (day?.past.at !== null) day?.backToNow();
}

/** The scene of a day that is played: its panes are marked, and brought into view unless somebody is writing. */
function follow(panes, scene, into = true) {
  const named = (scene?.panes ?? []).map((id) => panes.find((pane) => pane.plan.id === id));
  for (const pane of panes) for (const shown of [pane.element, pane.tab]) shown?.classList.toggle("on-air", named.includes(pane));
  for (const pane of named) {
    const desk = pane.plan.desks.findLast((one) => one.person === scene.person);
    if (desk && desk !== pane.desk && !pane.room.composer.busy) pane.show(desk);
  }
  if (into && named.length && !panes.some((pane) => pane.room.composer.busy)) bring(named.map((pane) => pane.element));
}

/** Scroll the strip no further than needed for these panes to be seen; if they do not all fit, for the first. */
function bring(elements) {
  const room = parseFloat(getComputedStyle(strip).scrollPaddingLeft) || 0;
  const from = (some) => Math.min(...some.map((one) => one.offsetLeft)) - strip.offsetLeft - room;
  const to = (some) => Math.max(...some.map((one) => one.offsetLeft + one.offsetWidth)) - strip.offsetLeft + room;
  const shown = to(elements) - from(elements) <= strip.clientWidth + 1 ? elements : elements.slice(0, 1);
  const { scrollLeft, clientWidth } = strip;
  let left = scrollLeft;
  if (from(shown) < scrollLeft) left = from(shown);
  else if (to(shown) > scrollLeft + clientWidth) left = to(shown) - clientWidth;
  if (Math.abs(left - scrollLeft) < 2) return;
  strip.scrollTo({ left, behavior: gently() });
}

/** Bring a chat before the visitor's eyes, and the keyboard with it. */
function lookAt(panes, chat) {
  const pane = panes.find((one) => one.plan.desks.some((desk) => desk.chat === chat));
  if (!pane) return;
  if (pane.desk.chat !== chat) pane.show(pane.plan.desks.find((desk) => desk.chat === chat));
  pane.element.scrollIntoView({ behavior: gently(), inline: "start", block: "nearest" });
  pane.room.log.toEnd();
  pane.room.log.element.focus({ preventScroll: true });
}

function onChange(change) {
  if (change.type === "reload") begin();
  else store.change(change);
}

function onLine(up) {
  document.body.classList.toggle("offline", !up);
  document.body.dataset.offline = say("lost");
}

/** On a narrow screen one pane is seen at a time; tabs with badges lead to the others. */
function layTabs(panes) {
  const buttons = panes.map((pane) => {
    const { desk, plan } = pane;
    const chat = store.chats.get(desk.chat);
    const who = chat.private ? store.people.get(desk.person) : { id: chat.id, name: chat.title };
    const badge = h("span.badge", { hidden: true });
    const button = h("button", { type: "button", onclick: () => pane.element.scrollIntoView({ behavior: gently(), inline: "start", block: "nearest" }) }, h("span.tab-picture", {}, avatar(who), badge), h("span", {}, say(`tab_${plan.id}`)));
    pane.tab = button;
    pane.onRing = () => {
      if (button.getAttribute("aria-current")) return;
      pane.unread += 1;
      badge.textContent = pane.unread;
      badge.hidden = false;
    };
    pane.onSeen = () => { pane.unread = 0; badge.hidden = true; };
    return button;
  });
  tabs.replaceChildren(...buttons);
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const index = panes.findIndex((pane) => pane.element === entry.target);
      if (index < 0) continue;
      if (entry.intersectionRatio > 0.6) {
        buttons[index].setAttribute("aria-current", "true");
        panes[index].onSeen();
      } else buttons[index].removeAttribute("aria-current");
    }
  }, { root: strip, threshold: [0.3, 0.61, 0.95] });
  for (const pane of panes) seen.observe(pane.element);
}

let opening = null;
function begin() {
  opening ??= open().catch((error) => {
    console.warn(error);
    onLine(false);
    setTimeout(begin, 1500);
  }).finally(() => { opening = null; });
  return opening;
}

document.addEventListener("keydown", onEscape);
document.addEventListener("pointerdown", (event) => rest.classList.contains("open") && !event.target.closest(".tools") && openMore(false));
begin();
