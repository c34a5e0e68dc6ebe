/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Command palette and key sheet, filled from the page: everything with `data-command="title"` is a
   command, its `data-key` the shortcut. A module may add more by `register({title, run})`. */
const more = [];
let shown = [];
let at = 0;

export function register(command) {
  more.push(command);
}

/* fills a dialog that stands open already */
export function fill(dialog) {
  if (dialog.id === "keys") fillSheet();
  else fillPalette(dialog);
}

function commands() {
  const marked = [...document.querySelectorAll("[data-command]")].map((element) => ({
    title: element.dataset.command, key: element.dataset.key, run: () => element.click(), icon: element.querySelector(".icon"),
  }));
  return [...marked, ...more];
}

function fillPalette(dialog) {
  const input = dialog.querySelector("input");
  if (!dialog.dataset.ready) {
    dialog.dataset.ready = "true";
    input.addEventListener("input", () => show(dialog, input.value));
    input.addEventListener("keydown", (event) => steer(event, dialog));
    dialog.addEventListener("close", () => (input.value = ""));
    dialog.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) run(dialog, Number(option.dataset.at));
    });
  }
  show(dialog, input.value);
}

/* every typed word must begin a word of the title; what is typed can always be searched for */
function show(dialog, typed) {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ title }) => words.every((word) => ` ${title.toLowerCase()}`.includes(` ${word}`));
  shown = commands().filter(fits).slice(0, 50);
  if (words.length) {
    const address = `${dialog.dataset.search}?q=${encodeURIComponent(typed.trim())}`;
    const search = { title: dialog.dataset.searchTitle.replace("%s", typed.trim()), run: () => location.assign(address) };
    if (/^#?\d+$/.test(typed.trim())) shown.unshift(search);
    else shown.push(search);
  }
  at = 0;
  const list = dialog.querySelector("[role=listbox]");
  list.replaceChildren(...shown.map(option));
  mark(dialog);
}

function option({ title, key, icon }, index) {
  const line = document.createElement("div");
  line.className = "menu-item";
  line.id = `palette-${index}`;
  line.dataset.at = index;
  line.role = "option";
  if (icon) line.append(icon.cloneNode(true));
  line.append(title);
  if (key) line.append(keycap(key));
  return line;
}

function keycap(key) {
  const cap = document.createElement("kbd");
  cap.textContent = key;
  return cap;
}

function mark(dialog) {
  for (const line of dialog.querySelectorAll("[role=option]")) line.ariaSelected = String(Number(line.dataset.at) === at);
  const line = dialog.querySelector(`#palette-${at}`);
  line?.scrollIntoView({ block: "nearest" });
  dialog.querySelector("input").setAttribute("aria-activedescendant", line?.id ?? "");
}

function steer(event, dialog) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) at = (at + step + shown.length) % shown.length;
  else if (event.key === "Enter") run(dialog, at);
  else return;
  event.preventDefault();
  mark(dialog);
}

function run(dialog, index) {
  dialog.close();
  shown[index]?.run();
}

function fillSheet() {
  const list = document.getElementById("keys-list");
  for (const old of list.querySelectorAll("[data-from-page]")) old.remove();
  const named = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const title = element.dataset.command || element.getAttribute("aria-label") || element.title || element.labels?.[0]?.innerText || element.innerText.trim();
    if (title && !named.has(element.dataset.key)) named.set(element.dataset.key, title);
  }
  for (const [key, title] of named) {
    const line = document.createElement("div");
    line.dataset.fromPage = "";
    const words = document.createElement("span");
    words.textContent = title;
    line.append(words, keycap(key));
    list.append(line);
  }
}
