// SPDX-License-Identifier: AGPL-3.0-or-later
// Goes to a session's page anew when the other side took a step, so that neither has to.
// While somebody types nothing is taken from under their hands: it waits until they leave the field. So
// it does while a part of the page bears `data-busy`, which holds what the server does not have yet.
// While a picture is shared (data-live) the page must not go, or the picture would: what is marked
// with data-fresh, by its id, is taken from the new page, and forms are sent from where they are.

const NAMES = ["state", "wanted", "scope", "recording"]; // what a page follows
const EVERY = 2000; // milliseconds; the customer's stop is to be seen within two seconds

const page = document.querySelector("[data-follow]");
const isTyping = () => document.activeElement?.matches("textarea, input, select") ?? false;
const isBusy = () => page.querySelector("[data-busy]") !== null;

async function refresh(answer) {
  if (!answer.ok) return location.replace(page.dataset.page);
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  // A step that leads elsewhere, as the end of a session does, or after which nothing is shown here.
  const kept = ["[data-follow]", "[data-room]"].filter((each) => document.querySelector(each));
  if (!kept.every((each) => parsed.querySelector(each))) return location.assign(answer.url);
  for (const part of page.querySelectorAll("[data-fresh]")) {
    part.replaceWith(parsed.getElementById(part.id) ?? "");
  }
  document.getElementById("toasts").append(...parsed.getElementById("toasts").children);
  const { state, wanted, scope, recording } = parsed.querySelector("[data-follow]").dataset;
  Object.assign(page.dataset, { state, wanted, scope, recording });
}

async function ask() {
  const answer = await fetch(page.dataset.follow, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  if (NAMES.every((name) => now[name] === page.dataset[name])) return;
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

async function send(event) {
  const form = event.target;
  if (!page.dataset.live || event.defaultPrevented || form.dataset.answer === "stop") return;
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
