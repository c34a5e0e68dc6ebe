// SPDX-License-Identifier: AGPL-3.0-or-later
// The customer takes or chooses a picture, covers what is nobody's business, and sends it. Until that
// click nothing leaves the browser; what is covered is painted over in one colour and cannot come back.

import { Board, edges } from "./board.js";
import { send } from "./sending.js";

const COVER = "#1a1b20";

const tool = document.querySelector("[data-covering]");
const form = tool.querySelector("form");
const area = tool.querySelector("[data-board]");
const take = tool.querySelector("[data-take]");
const said = tool.querySelector("[data-said]");
const done = tool.querySelector("[data-done]");

function cover(context, shape) {
  const { left, top, right, bottom } = edges(shape);
  context.fillStyle = COVER;
  context.fillRect(left, top, right - left, bottom - top);
}

const board = new Board(area, () => ({ kind: "cover" }), cover);
const isOpen = () => !area.hidden;

// `data-busy` keeps the page from being loaded anew under the picture (following.js).
function toggle(isNow) {
  area.hidden = !isNow;
  form.hidden = isNow;
  area.toggleAttribute("data-busy", isNow);
  tell("");
  if (isNow) area.querySelector("[data-do=add]").focus();
  else form.reset();
}

function tell(sentence) {
  said.hidden = !sentence;
  said.querySelector("[data-words]").textContent = sentence;
}

async function open(source) {
  done.textContent = "";
  tell("");
  try {
    const picture = await source();
    const scale = Math.min(1, Math.sqrt(tool.dataset.pixels / (picture.width * picture.height)));
    board.open(picture, Math.floor(picture.width * scale), Math.floor(picture.height * scale));
    toggle(true);
  } catch (error) {
    // Who closes the browser's own question wanted no picture.
    tell(error.name === "NotAllowedError" ? tool.dataset.declined : tool.dataset.unreadable);
  }
}

// One frame, and the screen is let go at once.
async function frame() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: true, audio: false });
  try {
    const video = Object.assign(document.createElement("video"), { muted: true, srcObject: stream });
    await video.play();
    return await createImageBitmap(video);
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}

const choose = (file) => open(() => (file.type.startsWith("image/svg") ? Promise.reject(file) : createImageBitmap(file)));

function openChosen() {
  const [file] = form.elements.picture.files;
  if (file) choose(file);
}

function close() {
  toggle(false);
  board.picture?.close();
  board.picture = null;
  (take.hidden ? form.elements.picture : take).focus();
}

async function dispatch(button) {
  button.disabled = true;
  const { bytes: most, lost } = tool.dataset;
  const { isSent, sentence } = await send(board.canvas, { url: form.action, most, lost });
  button.disabled = false;
  if (!isSent) return tell(sentence);
  close();
  done.textContent = sentence;
}

take.hidden = !navigator.mediaDevices?.getDisplayMedia;
take.addEventListener("click", () => open(frame));
form.elements.picture.addEventListener("change", openChosen);
form.addEventListener("submit", (event) => event.preventDefault());
tool.querySelector("[data-send]").addEventListener("click", ({ currentTarget }) => dispatch(currentTarget));
tool.querySelector("[data-discard]").addEventListener("click", close);
document.addEventListener("paste", (event) => {
  const file = [...event.clipboardData.files].find((each) => each.type.startsWith("image/"));
  if (file && !isOpen()) choose(file);
});
document.addEventListener("session:changed", () => {
  tool.querySelector("[data-changed]").hidden = !isOpen();
});
// On a slow line a file may be chosen before this script is there.
openChosen();
