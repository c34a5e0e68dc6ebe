/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Puts texts into the composer as if they were typed: at the cursor, and undone by the same keys.
   The server has filled the texts; each stands at its button. */
const field = () => document.getElementById("composer-text");
const picker = () => document.getElementById("composer-texts");

export function listen() {
  document.addEventListener("click", take);
  document.addEventListener("pointerdown", mark);
  document.addEventListener("click", quote);
  document.addEventListener("keydown", walk);
  document.addEventListener("htmx:after:swap", () => {
    // once for each opening: what is typed in the box must not be disturbed by its own answers
    if (picker()?.matches(":popover-open") && !picker().contains(document.activeElement)) words()?.focus();
  });
}

const words = () => picker()?.querySelector("input[type=search]");

/* the page of texts has no composer: there the button adds the text to the draft on the server */
function take(event) {
  const button = event.target.closest("[data-text]");
  if (!button || !field()) return;
  event.preventDefault();
  picker().hidePopover();
  const text = button.dataset.text.trim();
  if ("first" in button.dataset) insertFirst(text);
  else type(text);
}

function insertFirst(text) {
  const old = field().value;
  field().setSelectionRange(0, 0);
  type(old.trim() ? `${text}\n\n` : text);
}

/* the browser's own typing keeps its way back; where it knows none, the text comes all the same */
function type(text) {
  field().focus();
  if (document.execCommand("insertText", false, text)) return;
  field().setRangeText(text, field().selectionStart, field().selectionEnd, "end");
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

/* arrows go through the list, Enter in the box takes its first text */
function walk(event) {
  if (!picker()?.contains(event.target)) return;
  const buttons = [...picker().querySelectorAll("[data-text]")];
  const stops = [words(), ...buttons];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) stops[Math.min(Math.max(stops.indexOf(event.target) + step, 0), stops.length - 1)]?.focus();
  else if (event.key === "Enter" && event.target === words()) buttons[0]?.click();
  else return;
  event.preventDefault();
}

/* ---- quotes: of the whole message, or of what is selected in it; pressing would undo the selection */
let marked = "";

function mark(event) {
  const link = event.target.closest("[data-quote]");
  if (link) marked = selectedIn(link.closest(".message"));
}

function selectedIn(message) {
  const selection = getSelection();
  const body = message.querySelector(".body");
  const isInside = body.contains(selection.anchorNode) && body.contains(selection.focusNode);
  return isInside ? selection.toString().trim() : "";
}

/* with a held key, or where the server does not answer, the link leads to the page with the quote */
async function quote(event) {
  const link = event.target.closest("[data-quote]");
  if (!link || !field() || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const message = link.closest(".message");
  const part = marked || selectedIn(message);
  marked = "";
  const answer = await fetch(link.dataset.quote).catch(() => null);
  if (!answer?.ok || answer.redirected) return void (location.href = link.href);
  if (message.matches(".message-note")) field().form.querySelector(".kind-note input").click();
  const whole = await answer.text();
  insertQuote(part ? `${whole.split("\n", 1)[0]}\n${part.replace(/^/gm, "> ")}` : whole);
}

function insertQuote(words) {
  const end = field().selectionEnd;
  const before = field().value.slice(0, end).trimEnd();
  field().setSelectionRange(before.length, end);
  type(`${before ? "\n\n" : ""}${words}\n\n`);
}
