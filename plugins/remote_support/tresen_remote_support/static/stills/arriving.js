// SPDX-License-Identifier: AGPL-3.0-or-later
// Puts new pictures on top of a list while its page stands, and shows which are gone; what is open on the
// page stays untouched.

const EVERY = 2000; // milliseconds

const list = document.querySelector("[data-arriving]");
const known = (line) => list.querySelector(`[data-still="${line.dataset.still}"]`);

async function ask() {
  const newest = list.querySelector("[data-still]")?.dataset.still ?? 0;
  const gone = list.querySelectorAll("[data-gone]").length;
  const answer = await fetch(`${list.dataset.arriving}?after=${newest}&gone=${gone}`);
  if (answer.status !== 200 || answer.redirected) return;
  const came = document.createElement("template");
  came.innerHTML = await answer.text();
  for (const line of [...came.content.children]) known(line)?.replaceWith(line);
  list.prepend(came.content);
}

async function follow() {
  try {
    await ask();
  } catch {
    // The line is down for a moment; the next question may come through.
  }
  setTimeout(follow, EVERY);
}

// The customer has a picture removed: what is half done on the page is not to be lost by that.
async function remove(event) {
  event.preventDefault();
  const form = event.target;
  await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
  await ask();
  list.tabIndex = -1;
  list.focus();
}

list.addEventListener("submit", remove);
setTimeout(follow, EVERY);
