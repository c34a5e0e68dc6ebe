// SPDX-License-Identifier: AGPL-3.0-or-later
// Puts new pictures on top of a list while its page stands; what is open on the page stays untouched.

const EVERY = 2000; // milliseconds

const list = document.querySelector("[data-arriving]");

async function ask() {
  const newest = list.querySelector("[data-still]")?.dataset.still ?? 0;
  const answer = await fetch(`${list.dataset.arriving}?after=${newest}`);
  if (answer.status !== 200 || answer.redirected) return;
  const came = document.createElement("template");
  came.innerHTML = await answer.text();
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

setTimeout(follow, EVERY);
