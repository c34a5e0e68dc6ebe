// SPDX-License-Identifier: AGPL-3.0-or-later
// Goes to a session's page anew when the other side took a step, so that neither has to.
// While somebody types nothing is taken from under their hands: it waits until they leave the field. So
// it does while a part of the page bears `data-busy`, which holds what the server does not have yet.

const EVERY = 2000; // milliseconds; the customer's stop is to be seen within two seconds

const page = document.querySelector("[data-follow]");
const isTyping = () => document.activeElement?.matches("textarea, input, select") ?? false;
const isBusy = () => page.querySelector("[data-busy]") !== null;

async function ask() {
  const answer = await fetch(page.dataset.follow, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const now = await answer.json();
  const { state, wanted, scope } = page.dataset;
  if (now.state === state && now.wanted === wanted && now.scope === scope) return;
  page.dispatchEvent(new CustomEvent("session:changed", { bubbles: true, detail: now }));
  if (!isTyping() && !isBusy()) location.replace(page.dataset.page);
}

async function follow() {
  try {
    await ask();
  } catch {
    // The line is down for a moment; the next question may come through.
  }
  setTimeout(follow, EVERY);
}

if (page) setTimeout(follow, EVERY);
for (const field of document.querySelectorAll("[data-select]")) {
  field.addEventListener("focus", () => field.select());
}
