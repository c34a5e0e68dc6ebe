/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What every page has: request headers, choices, toasts, selection, fresh times. The larger parts
   (htmx, keyboard, palette, composer) are fetched when first needed. Pages work without any of it. */
const root = document.documentElement;
const year = 31536000;

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

/* ---- choices that show at once: theme, width of the rail */
document.addEventListener("submit", (event) => {
  if (event.target.dataset.choose !== "theme") return;
  event.preventDefault();
  const button = event.submitter;
  keep("theme", button.value);
  for (const other of event.target.querySelectorAll("button")) other.setAttribute("aria-pressed", String(other === button));
});

/* the same cookie that the server would set (access.choose) */
function keep(name, value) {
  root.dataset[name] = value;
  document.cookie = `${name}=${value}; path=/; max-age=${year}; samesite=lax`;
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-rail-set], [data-open], .toast-close");
  if (!target) return;
  if (target.dataset.railSet) keep("rail", target.dataset.railSet);
  else if (target.dataset.open) openDialog(target.dataset.open);
  else target.closest(".toast").remove();
});

/* the dialog stands before its module is here, so that nothing typed meanwhile is lost */
async function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const { fill } = await import("./palette.js");
  fill(dialog);
}
document.addEventListener("tresen:open", (event) => openDialog(event.detail));

/* ---- attached pictures; with a held key the browser opens them in a tab as any other link */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-picture]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  import("./pictures.js").then(({ show }) => show(link));
});

/* ---- toasts: leave by themselves, but wait while one looks at them */
function watchToasts(inside) {
  for (const toast of inside.querySelectorAll("[data-toast]:not([data-watched])")) {
    toast.dataset.watched = "";
    let left = Number(toast.dataset.toast);
    if (!left) continue;
    const tick = setInterval(() => {
      if (toast.matches(":hover, :focus-within")) return;
      left -= 1;
      if (left > 0) return;
      clearInterval(tick);
      toast.remove();
    }, 1000);
  }
}

/* ---- lists: number of selected lines, a run of them with Shift */
let lastSelected = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest(".select");
  if (!box) return;
  const all = [...box.form.querySelectorAll(".select")];
  if (event.shiftKey && lastSelected) {
    const [from, to] = [all.indexOf(lastSelected), all.indexOf(box)].sort((a, b) => a - b);
    for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  }
  lastSelected = box;
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (event.target.matches(".select-all")) {
    for (const box of form.querySelectorAll(".select")) box.checked = event.target.checked;
  } else if (!event.target.matches(".select")) return;
  const all = [...form.querySelectorAll(".select")];
  const chosen = all.filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-selected]")) place.textContent = chosen;
  const head = form.querySelector(".select-all");
  if (head) [head.checked, head.indeterminate] = [chosen === all.length, chosen > 0 && chosen < all.length];
});

/* ---- times: the server's words go stale on a page that stays open */
const units = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];
function freshen() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const seconds = Math.abs(Date.now() - Date.parse(time.dateTime)) / 1000;
    const [unit, size] = units.find(([, length]) => seconds >= length) ?? units.at(-1);
    const style = { style: "unit", unit, unitDisplay: "short" };
    time.textContent = new Intl.NumberFormat(root.lang, style).format(Math.max(1, Math.round(seconds / size)));
  }
}
setInterval(freshen, 60000);

/* ---- keyboard: the module comes with the first key, which is then played again */
async function wake(event) {
  const command = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k";
  if (command) {
    event.preventDefault();
    openDialog("palette");
  } else if (event.ctrlKey || event.metaKey || event.altKey || !("keyboard" in document.body.dataset)) return;
  // the browser's own quick find would take this key before the module is here
  if (event.key === "/" && !event.target.closest("input, textarea, select")) event.preventDefault();
  removeEventListener("keydown", wake);
  const { start } = await import("./keyboard.js");
  start(event);
}
addEventListener("keydown", wake);

/* ---- htmx: at once where something waits for it, a little later where it only renews the page */
const live = (not) => ["get", "post", "put", "patch", "delete"].map((verb) => `[hx-${verb}]${not}`).join();
const htmx = () => import("../vendor/htmx.js");
if (document.querySelector(live(":not([hx-trigger^=every])"))) htmx();
else if (document.querySelector(live(""))) setTimeout(htmx, 9000);

/* what was typed into a field that suggests, before htmx listened to it, is asked about now */
document.addEventListener("htmx:after:init", ({ target }) => {
  if (target.matches("[hx-trigger^=input]") && target.value !== target.defaultValue) target.dispatchEvent(new Event("input"));
});

/* until htmx is here, a form that saves itself does so by a whole page; what was chosen before this
   script ran is sent now, unless the browser only filled in what stood there earlier */
const alone = (form) => form?.matches("[hx-trigger=change]:not([data-htmx-powered])");
document.addEventListener("change", ({ target }) => alone(target.form) && target.form.requestSubmit());
if (performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  for (const option of document.querySelectorAll("[hx-trigger=change] option[selected]")) {
    if (!option.selected && alone(option.form)) option.form.requestSubmit();
  }
}

function enliven(inside) {
  watchToasts(inside);
  inside.querySelector("[data-focus-first]")?.focus();
  if (inside.querySelector(".composer")) import("./composer.js").then(({ start }) => start(inside));
  if (inside.querySelector("[data-chart]")) import("./charts.js").then(({ start }) => start(inside));
  if (inside.querySelector("form[data-kept]")) import("./keeping.js").then(({ start }) => start(inside));
}
document.addEventListener("htmx:after:swap", (event) => {
  enliven(document);
  // the button that was pressed is gone: go where its work came back
  if (event.target.id === "main") document.getElementById("composer-text")?.focus();
});
enliven(document);
