// SPDX-License-Identifier: AGPL-3.0-or-later
// The agent's button: records the customer's picture while it is seen live, and never sound. It ends by
// itself when the picture does, and when Tresen takes no more of it.
import { show } from "../live/room.js";
import { Sending } from "./sending.js";

const EVERY = 2000; // milliseconds of one piece: what a crash loses
const BITS = 600_000; // a second
// Jumping to a moment begins at a whole picture; so far these are apart.
const WHOLE_EVERY = 5000; // milliseconds
const KINDS = ["video/webm;codecs=vp9", "video/webm;codecs=vp8"];

const page = document.querySelector("[data-follow]");
const room = document.querySelector("[data-room]");
const root = document.querySelector("[data-recorder]");
const words = root.querySelector("[data-said]");
const token = document.querySelector("meta[name=csrf-token]").content;
const kind = globalThis.MediaRecorder && KINDS.find((each) => MediaRecorder.isTypeSupported(each));

let recorder = null;
let isSaving = false;

const isLive = () => room?.dataset.mode === "live";
const post = (path) => fetch(path, { method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });

function mode() {
  if (!kind) return "cannot";
  if (recorder) return isSaving ? "saving" : "recording";
  return isLive() ? "ready" : "off";
}

function say(sentence = "") {
  words.hidden = !sentence;
  words.textContent = sentence;
}

function update() {
  show(root, mode());
  // Only while it records: then the page must not go (see following.js).
  if (recorder || isLive()) return;
  delete page.dataset.live;
}

function told(what, sentence) {
  if (what === "lost") say(root.dataset.lost);
  if (what === "found") say();
  if (what !== "over") return;
  say(sentence || root.dataset.gone);
  if (recorder?.state === "recording") recorder.stop();
}

async function begin() {
  const track = room.querySelector("[data-stage] video").srcObject?.getVideoTracks()[0];
  if (recorder || !track) return;
  say();
  page.dataset.live = "true";
  const made = (recorder = new MediaRecorder(new MediaStream([track]), { mimeType: kind, videoBitsPerSecond: BITS, videoKeyFrameIntervalDuration: WHOLE_EVERY }));
  update();
  const answer = await post(root.dataset.recorder).catch(() => null);
  const said = await answer?.json().catch(() => null);
  // The picture may have gone while Tresen was asked.
  if (!answer?.ok || track.readyState !== "live" || !isLive()) {
    if (answer?.ok) await post(said.stop).catch(() => null);
    recorder = null;
    say(said?.error ?? root.dataset.lost);
    return update();
  }
  const sending = new Sending(said.pieces, told);
  made.ondataavailable = ({ data }) => sending.add(data);
  made.onstop = () => finish(sending, said.stop);
  made.start(EVERY);
}

async function finish(sending, stop) {
  isSaving = true;
  update();
  await sending.drained();
  await post(stop).catch(() => null);
  recorder = null;
  isSaving = false;
  update();
}

function end() {
  if (recorder?.state === "recording") recorder.stop();
  update();
}

root.querySelector("[data-record]").addEventListener("click", begin);
root.querySelector("[data-end]").addEventListener("click", end);
page.addEventListener("session:changed", ({ detail }) => (detail.state !== "active" || !detail.scope.split(" ").includes("record")) && end());
if (room) new MutationObserver(() => (isLive() ? update() : end())).observe(room, { attributes: true, attributeFilter: ["data-mode"] });
addEventListener("pagehide", end);
update();
