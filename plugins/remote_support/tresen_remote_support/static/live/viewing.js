// SPDX-License-Identifier: AGPL-3.0-or-later
// The side of one who looks on, the agent or the second one: takes what the customer offers to show, and
// never sound.
import { chat } from "./chat.js";
import { showCode } from "./code.js";
import { drawPictures } from "./pictures.js";
import { pointFrom } from "./pointer.js";
import { Room, addCandidate, connection, show, tellCandidates } from "./room.js";
import { takeStills } from "./taking.js";

const page = document.querySelector("[data-follow]");
const root = document.querySelector("[data-room]");
const stage = root.querySelector("[data-stage]");
const video = stage.querySelector("video");
const canvas = stage.querySelector("canvas");
const room = new Room(root.dataset.signal);
const viewer = root.dataset.own;

let known = null; // the room, as Tresen told it last; null without a line
let link = null;
let number = 0;
let pointing = null;
let hasPicture = false; // over Tresen

const isConnected = () => link?.connectionState === "connected";
const way = () => known?.ways[viewer];

function mode() {
  if (!known) return "offline";
  if (known.state !== "active") return "paused";
  if (isConnected()) return "live";
  if (hasPicture) return "pictures";
  return link ? "connecting" : "waiting";
}

function update() {
  const isPossible = known?.state === "active" && way().is_here;
  pictures.run(Boolean(isPossible && !isConnected()));
  if (!isPossible || isConnected()) hasPicture = false;
  if (link || hasPicture) page.dataset.live = "true";
  else delete page.dataset.live;
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
  tellCandidates(room, made, { viewer, no });
  update();
  await made.setRemoteDescription({ type: "offer", sdp });
  await made.setLocalDescription();
  room.say({ kind: "answer", viewer, no, sdp: made.localDescription.sdp });
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
on("here", () => ((way().is_here = true), update()));
on("gone", () => ((way().is_here = false), drop(), update()));
on("bye", () => (drop(), update()));
on("offer", answer);
on("ice", (said) => said.no === number && link && addCandidate(link, said));

const pictures = drawPictures(root.dataset.frame, canvas, () => ((hasPicture = true), update()));
pointFrom(stage, () => pointing);
takeStills(root, () => (isConnected() ? video : canvas));
root.querySelector("[data-here]").addEventListener("click", () => location.reload());
addEventListener("pagehide", () => room.close());
chat(room, root);
update();
room.open();
