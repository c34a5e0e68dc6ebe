// SPDX-License-Identifier: AGPL-3.0-or-later
// The customer's side of the picture. Nothing is sent unless the customer chose a picture, the line to
// Tresen stands, the session runs and the agent is there: what is missing of that stops the picture.
import { chat } from "./chat.js";
import { showCode } from "./code.js";
import { pointTo } from "./pointer.js";
import { sendPictures } from "./pictures.js";
import { Room, addCandidate, connection, show, tellCandidates } from "./room.js";

const PATIENCE = 8000; // milliseconds; then pictures go over Tresen until a direct way is found
const CREDENTIALS_HOLD = 8 * 60_000;

const page = document.querySelector("[data-follow]");
const root = document.querySelector("[data-room]");
const preview = root.querySelector("video");
const room = new Room(root.dataset.signal);

let stream = null; // what the customer chose to show
let agreedTo = ""; // the room's generation when they did
let known = null; // the room, as Tresen told it last; null without a line
let link = null;
let isLate = false;
let timer = 0;

const track = () => stream?.getVideoTracks()[0] ?? null;
const isConnected = () => link?.connectionState === "connected";
const maySend = () => Boolean(stream && known?.state === "active" && known.has_other && known.generation === agreedTo);

function mode() {
  if (!navigator.mediaDevices?.getDisplayMedia) return "cannot";
  if (!stream) return known?.state === "paused" ? "resting" : "ready";
  if (!known) return "offline";
  if (known.generation !== agreedTo) return "ask";
  if (known.state !== "active") return "paused";
  if (isConnected()) return "live";
  return isLate && known.has_other ? "pictures" : "waiting";
}

function update() {
  const shown = maySend() ? track() : null;
  if (track()) track().enabled = shown !== null;
  link?.getSenders().forEach((sender) => sender.replaceTrack(shown));
  if (shown && !link) offer();
  show(root, mode());
  pictures.run(shown !== null && isLate && !isConnected());
}

async function offer() {
  if (!globalThis.RTCPeerConnection) return void (isLate = true);
  if (performance.now() - known.at > CREDENTIALS_HOLD) return room.renew();
  const no = ++known.offered;
  const made = (link = connection(known.ice));
  made.addTrack(track(), stream);
  pointTo(root, made.createDataChannel("pointer", { ordered: false, maxRetransmits: 0 }));
  tellCandidates(room, made, no);
  made.onconnectionstatechange = () => connected(made);
  timer = setTimeout(() => ((isLate = true), update()), PATIENCE);
  await made.setLocalDescription();
  room.say({ kind: "offer", no, generation: known?.generation ?? "", sdp: made.localDescription.sdp });
}

async function connected(made) {
  if (made !== link) return;
  if (made.connectionState === "failed") isLate = true;
  if (isConnected()) {
    clearTimeout(timer);
    isLate = false;
    await showCode(root, made);
  }
  update();
}

function drop() {
  clearTimeout(timer);
  link?.close();
  link = null;
  isLate = false;
  showCode(root, null);
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
  drop();
  update();
}

const on = (kind, act) => room.addEventListener(kind, ({ detail }) => known && act(detail));
room.addEventListener("room", enter);
room.addEventListener("down", () => ((known = null), drop(), update()));
room.addEventListener("over", stop);
room.addEventListener("elsewhere", () => (stop(), show(root, "elsewhere")));
on("state", ({ state }) => ((known.state = state), update()));
on("here", () => ((known.has_other = true), drop(), update()));
on("gone", () => ((known.has_other = false), drop(), update()));
on("answer", ({ no, sdp }) => no === known.offered && link?.setRemoteDescription({ type: "answer", sdp }));
on("ice", (said) => said.no === known.offered && link && addCandidate(link, said));

const pictures = sendPictures(root.dataset.frames, preview);
root.querySelector("[data-share]").addEventListener("click", share);
root.querySelector("[data-unshare]").addEventListener("click", stop);
root.querySelector("[data-continue]").addEventListener("click", () => ((agreedTo = known?.generation ?? ""), update()));
document.addEventListener("submit", ({ target }) => target.dataset.answer === "stop" && stop(), true);
addEventListener("pagehide", () => (stop(), room.close()));
chat(room, root);
update();
room.open();
