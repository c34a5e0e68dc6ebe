// SPDX-License-Identifier: AGPL-3.0-or-later
// Keeps what the agent sees at this moment as a still picture of the session; the customer is shown it.
import { send } from "../stills/sending.js";

const sizeOf = (source) => [source.videoWidth ?? source.width, source.videoHeight ?? source.height];

// `shown()` is the video or canvas that shows the picture now.
export function takeStills(root, shown) {
  const button = root.querySelector("[data-take]");
  const said = root.querySelector("[data-taken]");

  button.addEventListener("click", async () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = sizeOf(shown());
    if (!canvas.width || !canvas.height) return;
    canvas.getContext("2d").drawImage(shown(), 0, 0);
    button.disabled = true;
    const { take: url, bytes: most, lost } = button.dataset;
    said.textContent = (await send(canvas, { url, most, lost })).sentence;
    button.disabled = false;
  });
}
