// SPDX-License-Identifier: AGPL-3.0-or-later
// The customer's side of the picture. Nothing is sent unless the customer chose a picture, the line to
// Tresen stands, the session runs and somebody looks on: what is missing of that stops the picture.
import { chat } from "./chat.js";
import { sendPictures } from "./pictures.js";
import { Room, show } from "./room.js";
import { Way } from "./ways.js";

const page = document.querySelector("[data-follow]");
const root = document.querySelector("[data-room]");
const preview = root.querySelector("video");
const room = new Room(root.dataset.signal);
const ways = [...root.querySelectorAll("[data-viewer]")].map((place) => new Way(room, place, () => update()));

let stream = null; // what the customer chose to show
let agreedTo = ""; // the room's generation when they did
let known = null; // the room, as Tresen told it last; null without a line

const track = () => stream?.getVideoTracks()[0] ?? null;
const maySend = () => Boolean(stream && known?.state === "active" && known.generation === agreedTo && ways.some((way) => way.isHere));
const wayOf = (viewer) => ways.find((way) => way.viewer === viewer);

function mode() {
  if (!navigator.mediaDevices?.getDisplayMedia) return "cannot";
  if (!stream) return known?.state === "paused" ? "resting" : "ready";
  if (!known) return "offline";
  if (known.generation !== agreedTo) return "ask";
  if (known.state !== "active") return "paused";
  if (ways.some((way) => way.isConnected)) return "live";
  return ways.some((way) => way.isByPictures) ? "pictures" : "waiting";
}

function update() {
  const shown = maySend() ? track() : null;
  if (track()) track().enabled = shown !== null;
  for (const way of ways) way.run(shown, stream, known);
  show(root, mode());
  pictures.run(shown !== null && ways.some((way) => way.isByPictures));
}

function drop() {
  for (const way of ways) way.drop();
}

async function share() {
  const wanted = { video: { frameRate: { max: 15 } }, audio: false, surfaceSwitching: "include" };
  try {
    stream = await navigator.mediaDevices.getDisplayMedia(wanted);
  } catch {
    return; // The customer chose nothing.
  }
  agreedTo = known?.generation ?? "";
  track().addEventListener("ended", stop);
  track().contentHint = "detail";
  preview.srcObject = stream;
  page.dataset.live = "true";
  update();
}

// At once, here in the browser, whatever Tresen answers later.
function stop() {
  stream?.getTracks().forEach((each) => each.stop());
  if (stream) room.say({ kind: "bye" });
  stream = preview.srcObject = null;
  delete page.dataset.live;
  drop();
  update();
}

function enter({ detail }) {
  // A first choice made while there was no line counts for the room that is found.
  agreedTo ||= stream ? detail.generation : "";
  known = { ...detail, at: performance.now() };
  for (const way of ways) way.enter(detail.ways[way.viewer]);
  update();
}

const on = (kind, act) => room.addEventListener(kind, ({ detail }) => known && act(detail));
room.addEventListener("room", enter);
room.addEventListener("down", () => ((known = null), drop(), update()));
room.addEventListener("over", stop);
room.addEventListener("elsewhere", () => (stop(), show(root, "elsewhere")));
on("state", ({ state }) => ((known.state = state), update()));
on("here", ({ viewer }) => (wayOf(viewer)?.come(true), update()));
on("gone", ({ viewer }) => (wayOf(viewer)?.come(false), update()));
on("answer", (said) => wayOf(said.viewer)?.answer(said));
on("ice", (said) => wayOf(said.viewer)?.add(said));

const pictures = sendPictures(root.dataset.frames, preview);
root.querySelector("[data-share]").addEventListener("click", share);
root.querySelector("[data-unshare]").addEventListener("click", stop);
root.querySelector("[data-continue]").addEventListener("click", () => ((agreedTo = known?.generation ?? ""), update()));
document.addEventListener("submit", ({ target }) => target.dataset.answer === "stop" && stop(), true);
addEventListener("pagehide", () => (stop(), room.close()));
chat(room, root);
update();
room.open();
