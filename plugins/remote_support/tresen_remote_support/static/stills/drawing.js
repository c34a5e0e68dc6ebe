// SPDX-License-Identifier: AGPL-3.0-or-later
// The agent draws on the customer's picture: pen, arrow, rectangle, in colours that differ for
// everybody's eyes, each with an edge that stands out from whatever lies below.

import { Board } from "./board.js";
import { send } from "./sending.js";

// After Okabe and Ito: vermilion, blue, yellow; they differ in brightness as well.
const COLOURS = { vermilion: ["#d55e00", "#fff"], blue: ["#0072b2", "#fff"], yellow: ["#f0e442", "#000"] };
const WIDTH = 5; // of a line, where the picture's longer side is 1000

const tool = document.querySelector("[data-drawing]");
const form = tool.querySelector("form");
const image = tool.querySelector("img");
const said = tool.querySelector("[data-said]");
const done = tool.querySelector("[data-done]");

const PATHS = {
  pen(path, { points }) {
    for (const { x, y } of points) path.lineTo(x, y);
  },
  rectangle(path, { x, y, w, h }) {
    path.rect(x, y, w, h);
  },
  arrow(path, { x, y, w, h }, scale) {
    const head = Math.min(Math.hypot(w, h) / 2, 8 * WIDTH * scale);
    const angle = Math.atan2(h, w);
    path.moveTo(x, y);
    path.lineTo(x + w, y + h);
    for (const turn of [-0.5, 0.5]) {
      path.moveTo(x + w, y + h);
      path.lineTo(x + w - head * Math.cos(angle + turn), y + h - head * Math.sin(angle + turn));
    }
  },
};

function paint(context, shape, scale) {
  const path = new Path2D();
  PATHS[shape.kind](path, shape, scale);
  const [colour, edge] = COLOURS[shape.colour];
  Object.assign(context, { lineCap: "round", lineJoin: "round" });
  for (const [style, width] of [[edge, WIDTH * 1.8], [colour, WIDTH]]) {
    Object.assign(context, { strokeStyle: style, lineWidth: width * scale });
    context.stroke(path);
  }
}

const chosen = () => ({ kind: form.elements.kind.value, colour: form.elements.colour.value });
const board = new Board(tool, chosen, paint);

async function dispatch(event) {
  event.preventDefault();
  const button = form.querySelector("[data-send]");
  button.disabled = true;
  const { url, bytes: most, lost } = tool.dataset;
  const { isSent, sentence } = await send(board.canvas, { url, most, lost, fields: { words: form.elements.words.value } });
  button.disabled = false;
  said.hidden = isSent;
  said.querySelector("[data-words]").textContent = isSent ? "" : sentence;
  done.textContent = isSent ? sentence : "";
  if (!isSent) return;
  form.elements.words.value = "";
  board.clear();
}

// A line drawn by hand cannot be put in the middle.
function choose() {
  form.querySelector("[data-do=add]").disabled = chosen().kind === "pen";
}

form.addEventListener("submit", dispatch);
form.addEventListener("change", choose);
image.decode().then(() => {
  board.open(image, image.naturalWidth, image.naturalHeight);
  image.hidden = true;
  for (const each of tool.querySelectorAll("[data-ready]")) each.hidden = false;
  choose();
});
