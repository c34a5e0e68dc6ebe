/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The attached pictures of a page, one at a time in a dialog; arrows go on to the next one. */
const dialog = () => document.getElementById("viewer");
let at = 0;

export function show(link) {
  const place = dialog();
  if (!place.dataset.ready) {
    place.dataset.ready = "true";
    place.addEventListener("click", (event) => turn(Number(event.target.closest("[type=button]")?.value)));
    place.addEventListener("keydown", (event) => turn({ ArrowLeft: -1, ArrowRight: 1 }[event.key]));
  }
  at = pictures().indexOf(link);
  draw();
  place.showModal();
}

const pictures = () => [...document.querySelectorAll("[data-picture]")];

function turn(step) {
  if (!step) return;
  const last = pictures().length - 1;
  at = Math.min(Math.max(at + step, 0), last);
  draw();
}

function draw() {
  const all = pictures();
  const link = all[at];
  const name = link.parentElement.querySelector(".chip .clip").textContent;
  const image = dialog().querySelector("img");
  image.src = link.href;
  image.alt = name;
  dialog().querySelector("h2").textContent = name;
  dialog().querySelector("a").href = link.dataset.picture;
  for (const button of dialog().querySelectorAll("[type=button]")) {
    button.disabled = all[at + Number(button.value)] === undefined;
  }
}
