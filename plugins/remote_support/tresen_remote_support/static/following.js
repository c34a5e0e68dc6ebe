// SPDX-License-Identifier: AGPL-3.0-or-later
// Goes to a session's page anew when the other side took a step, so that neither has to.
// While somebody types nothing is taken from under their hands: it waits until they leave the field. So
// it does while a part of the page bears `data-busy`, which holds what the server does not have yet.
// While a picture is shared or seen (data-live) the page must not go, or the picture would: what is marked
// with data-fresh, by its id, and the parts that came or went are taken from the new page, and forms are
// sent from where they are. A form that is on its way is never overtaken: the page would take its place.

const NAMES = ["state", "wanted", "scope", "recording"]; // what a page follows
const EVERY = 2000; // milliseconds; the customer's stop is to be seen within two seconds

const page = document.querySelector("[data-follow]");
// Forms after which nothing is seen any more: the page may go.
const LAST = ["stop", "end"];
const isTyping = () => document.activeElement?.matches("textarea, input, select") ?? false;
const isBusy = () => page.querySelector("[data-busy]") !== null;
const LEAVING = 15000; // milliseconds; the next page that has not come by then never will
let isLeaving = false; // a form was sent that brings the next page

// A part is what stands behind its mark, up to the next one.
const marksOf = (root) => [...root.querySelectorAll("template[data-part]")];

function behind(mark) {
  const found = [];
  for (let next = mark.nextElementSibling; next && !next.matches("template[data-part]"); next = next.nextElementSibling) found.push(next);
  return found;
}

// Scripts of a parsed page are dead: they run as elements that this page made.
function alive(part) {
  const found = document.importNode(part, true);
  const scripts = found.matches("script") ? [found] : found.querySelectorAll("script");
  for (const script of scripts) {
    const made = document.createElement("script");
    for (const { name, value } of script.attributes) made.setAttribute(name, value);
    if (script === found) return made;
    script.replaceWith(made);
  }
  return found;
}

// What stands on both pages keeps itself up to date, unless its mark says that it cannot.
function renew(mark, other) {
  const [standing, coming] = [behind(mark), behind(other)];
  if (standing.length && coming.length && mark.dataset.part !== "fresh") return;
  for (const each of standing) each.remove();
  mark.after(...coming.map(alive));
}

async function refresh(answer) {
  if (isLeaving) return;
  if (!answer.ok) return location.replace(page.dataset.page);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  const other = parsed.querySelector("[data-follow]");
  if (!other) return location.assign(answer.url);
  if (!other.querySelector("[data-room]")) return location.replace(page.dataset.page);
  for (const part of page.querySelectorAll("[data-fresh]")) {
    const newer = parsed.getElementById(part.id);
    part.replaceWith(newer ? alive(newer) : "");
  }
  const marks = marksOf(parsed);
  marksOf(page).forEach((mark, at) => renew(mark, marks[at]));
  document.getElementById("toasts").append(...parsed.getElementById("toasts").children);
  const { state, wanted, scope, recording } = other.dataset;
  Object.assign(page.dataset, { state, wanted, scope, recording });
}

async function ask() {
  const answer = await fetch(page.dataset.follow, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  if (NAMES.every((name) => now[name] === page.dataset[name]) || isLeaving) return;
  page.dispatchEvent(new CustomEvent("session:changed", { bubbles: true, detail: now }));
  if (page.dataset.live) await refresh(await fetch(page.dataset.page));
  else if (!isTyping() && !isBusy()) location.replace(page.dataset.page);
}

async function follow() {
  try {
    await ask();
  } catch {
    // The line is down for a moment; the next question may come through.
  }
  setTimeout(follow, EVERY);
}

function leave() {
  isLeaving = true;
  setTimeout(() => (isLeaving = false), LEAVING);
}

async function send(event) {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (!page.dataset.live || LAST.includes(form.dataset.answer)) return leave();
  event.preventDefault();
  await refresh(await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }));
}

if (page) {
  setTimeout(follow, EVERY);
  page.addEventListener("submit", send);
}
for (const field of document.querySelectorAll("[data-select]")) {
  field.addEventListener("focus", () => field.select());
}
