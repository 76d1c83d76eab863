// Light or dark: as the visitor's system has it, until he says otherwise; that is remembered.

import { h, icon } from "./dom.js";
import { say } from "./words.js";

const KEPT = "gridcare.theme"; // theme-first.js reads it too
const system = matchMedia("(prefers-color-scheme: dark)");

/** Which of the two is seen now. */
function seen() {
  return document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light");
}

/** The button that turns to the other one. What the system has anyway need not be remembered: it is followed again. */
export function themeButton() {
  const button = h("button.quiet.theme", { type: "button", data: { keep: "theme" }, onclick: () => turn(button) });
  show(button);
  return button;
}

function turn(button) {
  const other = seen() === "dark" ? "light" : "dark";
  if (other === (system.matches ? "dark" : "light")) {
    localStorage.removeItem(KEPT);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(KEPT, other);
    document.documentElement.dataset.theme = other;
  }
  show(button);
}

function show(button) {
  const other = seen() === "dark" ? "light" : "dark";
  button.title = say(`theme_${other}`);
  button.setAttribute("aria-label", button.title);
  button.replaceChildren(icon(other === "dark" ? "moon" : "sun"));
}

system.addEventListener("change", () => {
  const button = document.querySelector(".theme");
  if (button) show(button);
});
