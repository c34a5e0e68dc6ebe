/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keeps what is typed into a form until the server says, by a cookie of the form's own path, that it
   was taken. Who is signed in finds it again in any tab; of a visitor nothing outlives the tab, for
   others may sit at the same machine. */
const life = 30 * 86400 * 1000;
const typed = "textarea, input:is(:not([type]), [type=text], [type=email], [type=search])";

export function start(inside) {
  for (const form of inside.querySelectorAll("form[data-kept]:not([data-live])")) {
    form.dataset.live = "";
    keep(form);
  }
}

function keep(form) {
  const path = new URL(form.action).pathname;
  const key = `kept:${form.dataset.kept}:${path}`;
  const shelf = form.dataset.kept ? "localStorage" : "sessionStorage";
  const copy = (more) => store(shelf, key, hasWords(form) ? { fields: fields(form), at: Date.now(), ...more } : null);
  const old = load(shelf, key);
  if (isTaken(path) && old?.isSent || Date.now() - old?.at > life) store(shelf, key, null);
  // a form that came back with a complaint holds what was typed already
  else if (old && !form.querySelector("[role=alert]") && fill(form, old.fields)) say(form, () => store(shelf, key, null));
  for (const kind of ["input", "change"]) form.addEventListener(kind, () => copy());
  form.addEventListener("submit", () => copy({ isSent: true }));
}

const words = (form) => [...form.elements].filter((field) => field.matches(typed) && field.tabIndex >= 0);
const hasWords = (form) => words(form).some((field) => field.value.trim());

function isTaken(path) {
  const found = /(?:^|; )taken=/.test(document.cookie);
  document.cookie = `taken=; max-age=0; path=${path}`;
  return found;
}

function fields(form) {
  const chosen = [...form.elements].filter((field) => field.matches("select, [type=radio]:checked"));
  return Object.fromEntries([...words(form), ...chosen].map(({ name, value }) => [name, value]));
}

/* what the page begins with stays; returns whether a word came back */
function fill(form, values) {
  const empty = words(form).filter((field) => !field.value && values[field.name]);
  if (!empty.length) return false;
  for (const field of empty) field.value = values[field.name];
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements[name];
    const choices = field?.options ?? (field instanceof RadioNodeList ? field : []);
    if ([...choices].some((one) => one.value === value && !one.disabled)) field.value = value;
  }
  return true;
}

function say(form, forget) {
  const note = form.querySelector("template[data-kept-note]").content.firstElementChild.cloneNode(true);
  note.querySelector("button").addEventListener("click", () => {
    form.reset();
    forget();
    note.remove();
    words(form)[0].focus();
  });
  form.prepend(note);
}

function load(shelf, key) {
  try {
    return JSON.parse(window[shelf].getItem(key));
  } catch {
    return null;
  }
}

function store(shelf, key, value) {
  try {
    if (value) window[shelf].setItem(key, JSON.stringify(value));
    else window[shelf].removeItem(key);
  } catch { /* private windows and full disks: the page works as without script */ }
}
