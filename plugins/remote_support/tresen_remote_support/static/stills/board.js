// SPDX-License-Identifier: AGPL-3.0-or-later
// A picture on a canvas with shapes on it; the canvas holds exactly what will be sent.
// A shape is put by dragging, by two clicks on its corners, or in the middle by a button; each has a
// mark over the canvas that takes the keyboard: arrows move it, with Shift they size it, Delete takes it away.

const TAP = 6; // CSS pixels; who moves less has clicked
const STEP = 50; // arrow presses from one side of the picture to the other

export class Board {
  // `look` says how a new shape looks ({kind, …}), `paint(context, shape, scale)` puts it on the picture.
  constructor(root, look, paint) {
    Object.assign(this, { root, look, paint, shapes: [], corner: null, draft: null });
    this.canvas = root.querySelector("canvas");
    this.marks = root.querySelector("[data-marks]");
    this.context = this.canvas.getContext("2d");
    this.canvas.addEventListener("pointerdown", (event) => this.press(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", (event) => this.release(event));
    this.canvas.addEventListener("pointercancel", () => this.forget());
    this.marks.addEventListener("keydown", (event) => this.key(event));
    root.addEventListener("click", (event) => this[event.target.closest("[data-do]")?.dataset.do]?.());
  }

  open(picture, width, height) {
    this.picture = picture;
    Object.assign(this.canvas, { width, height });
    this.clear();
  }

  add() {
    const { width, height } = this.canvas;
    this.put({ ...this.look(), x: width * 0.375, y: height * 0.45, w: width * 0.25, h: height * 0.1 });
    this.marks.lastElementChild.focus();
  }

  undo() {
    this.forget();
    this.shapes.pop();
    this.show();
  }

  clear() {
    this.forget();
    this.shapes = [];
    this.show();
  }

  put(shape) {
    this.forget();
    this.shapes.push(shape);
    this.show();
  }

  forget() {
    this.corner = this.draft = null;
    this.draw();
  }

  // ---- the pointer

  press(event) {
    event.preventDefault();
    const at = this.place(event);
    this.canvas.setPointerCapture(event.pointerId);
    this.start = this.corner ?? at;
    this.draft = { ...this.look(), ...between(this.start, at), points: [at] };
    this.pressed = { x: event.clientX, y: event.clientY };
  }

  move(event) {
    if (!this.draft) return;
    const at = this.place(event);
    Object.assign(this.draft, between(this.start, at));
    this.draft.points.push(at);
    this.draw();
  }

  release(event) {
    if (!this.draft) return;
    this.move(event);
    const moved = Math.hypot(event.clientX - this.pressed.x, event.clientY - this.pressed.y);
    if (moved >= TAP || this.corner) return this.put(this.draft);
    this.draft = null;
    if (this.look().kind !== "pen") this.corner = this.start;
    this.draw();
  }

  place(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - left) / width) * this.canvas.width;
    const y = ((event.clientY - top) / height) * this.canvas.height;
    return { x: within(x, 0, this.canvas.width), y: within(y, 0, this.canvas.height) };
  }

  // ---- the keyboard

  key(event) {
    const mark = event.target.closest("button");
    const at = [...this.marks.children].indexOf(mark);
    const shape = this.shapes[at];
    if (!shape) return;
    if (event.key === "Delete" || event.key === "Backspace") this.take(at);
    else if (event.key.startsWith("Arrow")) this.nudge(shape, event);
    else return;
    event.preventDefault();
    this.show();
    (this.marks.children[Math.min(at, this.shapes.length - 1)] ?? this.root.querySelector("[data-do=add]")).focus();
  }

  take(at) {
    this.shapes.splice(at, 1);
  }

  nudge(shape, event) {
    const step = Math.max(this.canvas.width, this.canvas.height) / STEP;
    const x = { ArrowLeft: -step, ArrowRight: step }[event.key] ?? 0;
    const y = { ArrowUp: -step, ArrowDown: step }[event.key] ?? 0;
    if (event.shiftKey) {
      shape.w += x;
      shape.h += y;
      return;
    }
    shape.x = within(shape.x + x, 0, this.canvas.width - step);
    shape.y = within(shape.y + y, 0, this.canvas.height - step);
    for (const point of shape.points ?? []) Object.assign(point, { x: point.x + x, y: point.y + y });
  }

  // ---- what is seen

  show() {
    this.draw();
    while (this.marks.children.length > this.shapes.length) this.marks.lastElementChild.remove();
    this.shapes.forEach((shape, at) => this.mark(shape, at));
    this.root.querySelector("[data-counted]").textContent = `${this.root.dataset.count}: ${this.shapes.length}`;
  }

  mark(shape, at) {
    const mark = this.marks.children[at] ?? this.marks.appendChild(document.createElement("button"));
    mark.type = "button";
    mark.setAttribute("aria-label", `${this.root.dataset.mark} ${at + 1}`);
    mark.setAttribute("aria-describedby", this.root.dataset.help);
    const { left, top, right, bottom } = edges(shape);
    const { width, height } = this.canvas;
    mark.style.insetInlineStart = `${(100 * left) / width}%`;
    mark.style.insetBlockStart = `${(100 * top) / height}%`;
    mark.style.inlineSize = `${(100 * (right - left)) / width}%`;
    mark.style.blockSize = `${(100 * (bottom - top)) / height}%`;
  }

  draw() {
    if (!this.picture) return;
    const { width, height } = this.canvas;
    const scale = Math.max(width, height) / 1000;
    this.context.drawImage(this.picture, 0, 0, width, height);
    for (const shape of [...this.shapes, this.draft].filter(Boolean)) this.paint(this.context, shape, scale);
    this.root.querySelector("[data-corner]").hidden = !this.corner;
  }
}

// The outermost whole pixels that a shape touches.
export function edges({ x, y, w, h, kind, points }) {
  const across = kind === "pen" ? points.map((point) => point.x) : [x, x + w];
  const down = kind === "pen" ? points.map((point) => point.y) : [y, y + h];
  return {
    left: Math.floor(Math.min(...across)),
    top: Math.floor(Math.min(...down)),
    right: Math.ceil(Math.max(...across)),
    bottom: Math.ceil(Math.max(...down)),
  };
}

const between = (from, to) => ({ x: from.x, y: from.y, w: to.x - from.x, h: to.y - from.y });
const within = (value, least, most) => Math.min(Math.max(value, least), most);
