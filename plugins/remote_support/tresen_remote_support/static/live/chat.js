// SPDX-License-Identifier: AGPL-3.0-or-later
// The chat beside the picture. Each line goes to Tresen, which keeps it, and comes from there: what
// the other side reads is what stands in the record. Without this script the form works all the same.

const EVERY = 3000; // milliseconds; asked only while there is no line to Tresen

export function chat(room, root) {
  const list = root.querySelector("[data-lines]");
  const form = root.querySelector("[data-say]");
  if (!form) return;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const last = () => Number(list.lastElementChild?.dataset.line ?? 0);

  function add(line) {
    if (line.id <= last()) return;
    const made = root.querySelector("template").content.firstElementChild.cloneNode(true);
    made.dataset.line = line.id;
    made.querySelector("[data-name]").textContent = line.name;
    made.querySelector("[data-text]").textContent = line.text;
    made.classList.toggle("chat-own", line.sender === root.dataset.own);
    list.append(made);
    list.scrollTop = list.scrollHeight;
  }

  async function send(event) {
    event.preventDefault();
    const field = form.elements.text;
    if (!field.value.trim()) return;
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const answer = await fetch(form.action, { method: "POST", headers, body: new FormData(form) });
    if (!answer.ok) return;
    field.value = "";
    await ask();
  }

  async function ask() {
    const answer = await fetch(`${form.action}?after=${last()}`);
    if (answer.ok) (await answer.json()).lines.forEach(add);
  }

  async function follow() {
    try {
      if (!room.isOpen) await ask();
    } catch {
      // The line is down for a moment.
    }
    setTimeout(follow, EVERY);
  }

  form.addEventListener("submit", send);
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  room.addEventListener("chat", ({ detail }) => add(detail));
  // What was said while the line was down.
  room.addEventListener("room", () => ask());
  setTimeout(follow, EVERY);
  list.scrollTop = list.scrollHeight;
}
