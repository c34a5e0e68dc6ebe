/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keys. A page says `data-key="r"` (or "g m" for a sequence) on what the key presses or enters, and
   `data-line` on what j and k walk through; so plugins take part by writing an attribute.
   Single letters are off when the person says so (body has no data-keyboard): WCAG 2.1.4. */
import { createKeybindingsHandler } from "../vendor/tinykeys.js";

let handle = () => {};

export function start(firstEvent) {
  renew();
  document.addEventListener("htmx:after:swap", renew);
  addEventListener("keydown", (event) => handle(event));
  handle(firstEvent);
}

/* sequences come first, so that "g n" is not taken for "n" */
function renew() {
  const keys = {};
  const marked = [...document.querySelectorAll("[data-key]")].map((element) => element.dataset.key);
  for (const key of [...new Set(marked)].sort((a, b) => b.length - a.length)) keys[spelled(key)] = () => press(key);
  Object.assign(keys, { j: () => walk(1), k: () => walk(-1), x: select });
  const single = createKeybindingsHandler(keys, { ignore: isTyping });
  const always = createKeybindingsHandler({ "$mod+k": palette }, { ignore: () => false });
  handle = (event) => {
    if (event.key === "Escape") leave(event);
    always(event);
    if ("keyboard" in document.body.dataset) single(event);
  };
}

/* "?" and "/" need Shift on some keyboards and not on others */
function spelled(key) {
  return key.split(" ").map((press) => (/^[a-z0-9]$/.test(press) ? press : `[Shift]+${press}`)).join(" ");
}

function isTyping(event) {
  const target = event.composedPath()[0] ?? event.target; // the played-again first key has no path
  return event.isComposing || event.ctrlKey || event.metaKey || event.altKey || Boolean(document.querySelector("dialog[open]")) ||
    Boolean(target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])"));
}

function press(key) {
  const element = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.checkVisibility() || one.dataset.focus || one.closest("[popover]"));
  if (!element) return;
  queueMicrotask(() => {
    if (element.matches("input[type=radio], input[type=checkbox]")) element.click();
    const field = element.dataset.focus ? document.querySelector(element.dataset.focus) : element;
    if (field.matches("input, textarea, select")) field.focus();
    if (field.matches("input[type=search], input[type=text]")) field.select();
    if (field.matches("select")) field.showPicker?.();
    if (!element.matches("input, textarea, select")) element.click();
  });
  event?.preventDefault();
}

function walk(step) {
  const lines = [...document.querySelectorAll("[data-line]")];
  const here = lines.findIndex((line) => line === document.activeElement || line.contains(document.activeElement));
  const next = lines[here < 0 ? (step > 0 ? 0 : lines.length - 1) : here + step];
  (next?.matches("a, button, [tabindex]") ? next : next?.querySelector("a, button"))?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function select() {
  document.activeElement?.closest("tr, li")?.querySelector(".select")?.click();
}

function leave(event) {
  const field = event.target;
  if (field.matches?.("input, textarea, select") && !field.closest("dialog")) field.blur();
}

function palette(event) {
  event.preventDefault();
  document.dispatchEvent(new CustomEvent("tresen:open", { detail: "palette" }));
}
