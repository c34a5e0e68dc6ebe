// SPDX-License-Identifier: AGPL-3.0-or-later
// The agent's side of the picture: takes what the customer offers to show, and never sound.
import { chat } from "./chat.js";
import { showCode } from "./code.js";
import { drawPictures } from "./pictures.js";
import { pointFrom } from "./pointer.js";
import { Room, addCandidate, connection, show, tellCandidates } from "./room.js";

const root = document.querySelector("[data-room]");
const stage = root.querySelector("[data-stage]");
const video = stage.querySelector("video");
const room = new Room(root.dataset.signal);

let known = null; // the room, as Tresen told it last; null without a line
let link = null;
let number = 0;
let pointing = null;
let hasPicture = false; // over Tresen

const isConnected = () => link?.connectionState === "connected";

function mode() {
  if (!known) return "offline";
  if (known.state !== "active") return "paused";
  if (isConnected()) return "live";
  if (hasPicture) return "pictures";
  return link ? "connecting" : "waiting";
}

function update() {
  const isPossible = known?.state === "active" && known.has_other;
  pictures.run(Boolean(isPossible && !isConnected()));
  if (!isPossible || isConnected()) hasPicture = false;
  show(root, mode());
}

function drop() {
  link?.close();
  link = pointing = video.srcObject = null;
  hasPicture = false;
  pictures.run(false);
  showCode(root, null);
}

function take({ track }) {
  if (track.kind === "video") video.srcObject = new MediaStream([track]);
  else track.stop();
}

async function answer({ no, sdp }) {
  drop();
  number = no;
  const made = (link = connection(known.ice));
  made.ontrack = take;
  made.ondatachannel = ({ channel }) => (pointing = channel);
  made.onconnectionstatechange = () => connected(made);
  tellCandidates(room, made, no);
  update();
  await made.setRemoteDescription({ type: "offer", sdp });
  await made.setLocalDescription();
  room.say({ kind: "answer", no, sdp: made.localDescription.sdp });
}

async function connected(made) {
  if (made !== link) return;
  if (isConnected()) await showCode(root, made);
  update();
}

const on = (kind, act) => room.addEventListener(kind, ({ detail }) => known && act(detail));
const over = (where) => (drop(), (known = null), update(), show(root, where));
room.addEventListener("room", ({ detail }) => (drop(), (known = detail), update()));
room.addEventListener("down", () => (drop(), (known = null), update()));
room.addEventListener("over", () => over("offline"));
room.addEventListener("elsewhere", () => over("elsewhere"));
on("state", ({ state }) => ((known.state = state), update()));
on("here", () => ((known.has_other = true), update()));
on("gone", () => ((known.has_other = false), drop(), update()));
on("bye", () => (drop(), update()));
on("offer", answer);
on("ice", (said) => said.no === number && link && addCandidate(link, said));

const pictures = drawPictures(root.dataset.frame, stage.querySelector("canvas"), () => ((hasPicture = true), show(root, mode())));
pointFrom(stage, () => pointing);
root.querySelector("[data-here]").addEventListener("click", () => location.reload());
addEventListener("pagehide", () => room.close());
chat(room, root);
update();
room.open();
