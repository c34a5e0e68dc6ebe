// SPDX-License-Identifier: AGPL-3.0-or-later
// The agent's pointer, shown to the customer over the preview of what they share: shares of width and
// height, never more than twenty a second, straight from browser to browser.

const EVERY = 50; // milliseconds
const GONE_AFTER = 4000;
const STEP = 0.02;
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const within = (share) => Math.min(1, Math.max(0, share));

// The customer's side: shows where the agent points.
export function pointTo(root, channel) {
  const dot = root.querySelector("[data-dot]");
  let timer = 0;
  channel.onmessage = ({ data }) => {
    const [x, y] = String(data).slice(0, 40).split(" ").map(Number);
    clearTimeout(timer);
    dot.hidden = !Number.isFinite(x) || !Number.isFinite(y);
    if (dot.hidden) return;
    dot.style.insetInlineStart = `${within(x) * 100}%`;
    dot.style.insetBlockStart = `${within(y) * 100}%`;
    timer = setTimeout(() => (dot.hidden = true), GONE_AFTER);
  };
  channel.onclose = () => (dot.hidden = true);
}

// The agent's side: sends where the mouse or the arrow keys point; `channel()` may be null.
export function pointFrom(stage, channel) {
  let at = [0.5, 0.5];
  let sentAt = 0;
  let timer = 0;

  function send() {
    sentAt = performance.now();
    timer = 0;
    if (channel()?.readyState === "open") channel().send(at.map((share) => share.toFixed(4)).join(" "));
  }

  function move(x, y) {
    at = [within(x), within(y)];
    timer ||= setTimeout(send, Math.max(0, EVERY - (performance.now() - sentAt)));
  }

  stage.addEventListener("pointermove", ({ clientX, clientY }) => {
    const box = stage.getBoundingClientRect();
    move((clientX - box.left) / box.width, (clientY - box.top) / box.height);
  });
  stage.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (!step) return;
    event.preventDefault();
    move(at[0] + step[0], at[1] + step[1]);
  });
}
