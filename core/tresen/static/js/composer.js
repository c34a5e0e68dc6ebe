/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The composer: folds at rest, sends with Ctrl/Cmd-Enter, takes files by paste and drop, and keeps
   what is typed twice: in this browser at once, on the server a moment later. */
import { listen } from "./inserting.js";

const pause = 1500;
const keep = 30 * 86400 * 1000;

let isOpen = false;

export function start(inside) {
  // once: later parts of the page must not take the reader away from what he reads
  if (!isOpen && !location.hash) openAtNews();
  if (!isOpen) [listen, keepChoices].forEach((begin) => begin());
  isOpen = true;
  for (const form of inside.querySelectorAll(".composer:not([data-live])")) {
    form.dataset.live = "";
    fold(form);
    sendByKey(form);
    files(form);
    drafts(form);
    // what is inserted before one has been in the field goes below what stands there
    text(form).setSelectionRange(text(form).value.length, text(form).value.length);
  }
}

/* a ticket opens where the unread begins, else at its end */
function openAtNews() {
  const messages = [...document.querySelectorAll(".timeline .message")];
  const news = messages.find((message) => message.matches(".is-new")) ?? messages.at(-1);
  if (messages.indexOf(news) > 0) news.scrollIntoView({ block: "start" });
}

const text = (form) => form.querySelector(".composer-text");
const picker = (form) => form.querySelector("input[type=file]");

/* ---- at rest one line; open as soon as it is used or holds something */
function fold(form) {
  const rest = () => !text(form).value && !picker(form)?.files.length && !form.elements.kept && !form.contains(document.activeElement);
  form.classList.toggle("is-small", rest());
  form.addEventListener("focusin", () => form.classList.remove("is-small"));
  document.addEventListener("pointerdown", (event) => {
    if (!form.contains(event.target)) setTimeout(() => form.classList.toggle("is-small", rest()));
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches(".kind input")) text(form).focus();
  });
}

/* a change of the ticket's state brings kinds and states anew: what was chosen stays, where it is
   still offered */
function keepChoices() {
  let form, chosen;
  document.addEventListener("htmx:before:swap", () => {
    form = document.querySelector(".composer");
    chosen = form && fields(form);
  });
  document.addEventListener("htmx:after:swap", () => {
    if (form?.isConnected) choose(form, { kind: chosen.kind, state: chosen.state });
  });
}

function sendByKey(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const button = [...form.querySelectorAll("button[type=submit]")].find((one) => one.checkVisibility());
    form.requestSubmit(button);
  });
}

/* ---- files: the file field stays the only truth, so that the form works as without script */
function files(form) {
  const field = picker(form);
  if (!field) return;
  const take = (added) => {
    const all = new DataTransfer();
    for (const file of [...field.files, ...added]) all.items.add(file);
    field.files = all.files;
    chips(form);
  };
  form.addEventListener("paste", (event) => {
    if (!event.clipboardData.files.length) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  for (const kind of ["dragenter", "dragover"]) form.addEventListener(kind, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    form.classList.remove("is-small");
    form.classList.add("is-drop");
  });
  form.addEventListener("dragleave", (event) => form.contains(event.relatedTarget) || form.classList.remove("is-drop"));
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-drop");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  field.addEventListener("change", () => chips(form));
}

function chips(form) {
  const field = picker(form);
  const model = form.querySelector("template");
  const list = [...field.files].map((file, index) => {
    const chip = model.content.firstElementChild.cloneNode(true);
    chip.querySelector(".clip").textContent = file.name;
    chip.querySelector("button").addEventListener("click", () => {
      const rest = new DataTransfer();
      [...field.files].forEach((other, at) => at !== index && rest.items.add(other));
      field.files = rest.files;
      chips(form);
    });
    return chip;
  });
  form.querySelector(".chips").replaceChildren(...list);
}

/* ---- drafts */
const names = ["body", "kind", "to", "cc", "state"];

function drafts(form) {
  const key = `draft:${form.dataset.draft ?? form.action}`;
  const saved = form.querySelector(".composer-saved");
  restore(form, key);
  let timer = 0;
  const copy = (more) => store(key, { fields: fields(form), at: Date.now(), base: form.dataset.draftAt, ...more });
  const flush = (options) => {
    clearTimeout(timer);
    // a form that was replaced meanwhile has handed its text to the next one
    if (timer && form.isConnected) send(form, key, saved, options);
    timer = 0;
  };
  const changed = (event) => {
    if (!names.includes(event.target.name)) return;
    if (event.target === text(form)) form.querySelector(".composer-preview")?.replaceChildren();
    copy();
    if (saved) saved.textContent = "";
    clearTimeout(timer);
    if (form.dataset.draft) timer = setTimeout(flush, pause);
  };
  for (const kind of ["input", "change"]) form.addEventListener(kind, changed);
  addEventListener("pagehide", () => flush({ keepalive: true }));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    copy({ isSent: true, revision: revision(form) });
  });
}

function fields(form) {
  const all = new FormData(form);
  return Object.fromEntries(names.filter((name) => all.has(name)).map((name) => [name, all.get(name)]));
}

async function send(form, key, saved, options) {
  const body = new FormData(form);
  body.delete("files");
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body, ...options });
    if (!answer.ok) return;
    form.dataset.draftAt = answer.headers.get("X-Draft-At");
    const copy = load(key);
    if (copy) store(key, { ...copy, base: form.dataset.draftAt });
    if (saved) saved.textContent = saved.dataset.saved;
  } catch { /* the copy in this browser stands; the next key tries again */ }
}

const revision = (form) => form.elements.revision?.value ?? "none";

/* A sent text is dropped once a page came back without it and the ticket has moved on; going back
   brings it again. A ticket that has not moved on never got it: the server died, the line broke. */
function restore(form, key) {
  const old = load(key);
  if (!old?.fields || Date.now() - old.at > keep) return store(key, null);
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  const isKept = old.revision === "none" || old.revision !== revision(form);
  if (old.isSent && !back && isKept) return store(key, null);
  if (isNewer(form, old)) fill(form, withAdded(form, old.fields));
}

/* this copy may be newer than the draft below which the server has put a quote */
function withAdded({ dataset, elements }, fields) {
  const body = fields.body ?? "";
  if (!dataset.added || body.includes(dataset.added)) return fields;
  // a note that is quoted stays among colleagues
  return { ...fields, kind: elements.kind.value, body: `${body.trimEnd()}\n\n${dataset.added}\n\n`.trimStart() };
}

/* The server's draft is newer when it was changed since this copy was begun upon it: elsewhere, or
   by taking a reply back. Clocks of two machines say nothing of that, the server's own time does. */
function isNewer(form, old) {
  const here = text(form).value.replace(form.dataset.added ?? "", "").trimEnd();
  if (!old.fields.body && !here) return false;
  return old.base === form.dataset.draftAt || (old.fields.body ?? "").startsWith(here);
}

function fill(form, values) {
  choose(form, values);
  form.classList.remove("is-small");
}

function choose(form, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    // a ticket that was closed or moved on may not offer what was chosen
    const choices = field?.options ?? (field instanceof RadioNodeList ? field : null);
    if (field && (!choices || [...choices].some((one) => one.value === value && !one.disabled))) field.value = value;
  }
}

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function store(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch { /* private windows and full disks: the server's copy has to do */ }
}
