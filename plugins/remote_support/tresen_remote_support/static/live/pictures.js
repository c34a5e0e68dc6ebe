// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures over Tresen where no direct way exists: one a second, and only the newest is kept.

const EVERY = 1000; // milliseconds
const WIDEST = 1600; // pixels
const LARGEST = 1_000_000; // bytes, as Tresen takes them
const QUALITIES = [0.75, 0.5, 0.3];

const blobOf = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));

// The customer's side: `run(true)` sends what `video` shows until `run(false)`.
export function sendPictures(url, video) {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const canvas = document.createElement("canvas");
  let isRunning = false;
  let timer = 0;

  async function take() {
    const scale = Math.min(1, WIDEST / video.videoWidth);
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await blobOf(canvas, quality);
      if (blob && blob.size <= LARGEST) return blob;
    }
    return null;
  }

  async function send() {
    try {
      const blob = video.videoWidth ? await take() : null;
      if (blob && isRunning) await fetch(url, { method: "POST", headers: { "X-CSRFToken": token, "Content-Type": "image/jpeg" }, body: blob });
    } catch {
      // The line is down for a moment; the next picture may come through.
    }
    if (isRunning) timer = setTimeout(send, EVERY);
  }

  return {
    run(wanted) {
      if (wanted === isRunning) return;
      isRunning = wanted;
      clearTimeout(timer);
      if (wanted) send();
    },
  };
}

// The agent's side: `run(true)` asks for pictures and draws them until `run(false)`.
export function drawPictures(url, canvas, drawn) {
  let isRunning = false;
  let number = 0;
  let timer = 0;

  async function ask() {
    const answer = await fetch(`${url}?after=${number}`, { cache: "no-store" });
    if (answer.status !== 200) return;
    const picture = await createImageBitmap(await answer.blob());
    if (!isRunning) return;
    number = Number(answer.headers.get("X-Frame"));
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0);
    drawn();
  }

  async function follow() {
    try {
      await ask();
    } catch {
      // The line is down for a moment.
    }
    if (isRunning) timer = setTimeout(follow, EVERY);
  }

  return {
    run(wanted) {
      if (wanted === isRunning) return;
      isRunning = wanted;
      clearTimeout(timer);
      if (wanted) follow();
      else canvas.width = canvas.height = 0;
    },
  };
}
