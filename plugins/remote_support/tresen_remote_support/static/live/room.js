// SPDX-License-Identifier: AGPL-3.0-or-later
// The line to Tresen over which two browsers find each other: opened anew when it breaks, unless
// Tresen closed it for good. What it hears it dispatches as events named by their kind.

const FIRST_WAIT = 500; // milliseconds until the line is opened anew; each time twice as long
const LONGEST_WAIT = 8000;
const SEEN_EVERY = 60_000;
// As in live/states.py: not allowed, taken over by another window, over.
const FOR_GOOD = { 4403: "over", 4409: "elsewhere", 4410: "over" };

export class Room extends EventTarget {
  #path;
  #socket = null;
  #tries = 0;
  #isDone = false;
  #seenAt = 0;

  constructor(path) {
    super();
    this.#path = path;
    for (const kind of ["pointermove", "keydown"]) document.addEventListener(kind, () => this.#seen());
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const url = new URL(this.#path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    const socket = (this.#socket = new WebSocket(url));
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(data);
      if (said.kind === "room") this.#tries = 0;
      this.#dispatch(said.kind, said);
    };
    socket.onclose = ({ code }) => this.#closed(socket, code);
  }

  say(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  // Asks for the room anew, with credentials that hold again.
  renew() {
    this.#socket?.close();
  }

  close() {
    this.#isDone = true;
    this.#socket?.close();
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#isDone ||= code in FOR_GOOD;
    this.#dispatch("down");
    if (this.#isDone) return this.#dispatch(FOR_GOOD[code] ?? "over");
    setTimeout(() => this.open(), Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#tries++));
  }

  #seen() {
    if (!this.isOpen || Date.now() - this.#seenAt < SEEN_EVERY) return;
    this.#seenAt = Date.now();
    this.say({ kind: "seen" });
  }

  #dispatch(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

// Shows what belongs to a mode: data-when holds the modes in which an element is there.
export function show(root, mode) {
  root.dataset.mode = mode;
  for (const part of root.querySelectorAll("[data-when]")) {
    part.hidden = !part.dataset.when.split(" ").includes(mode);
  }
}

// What a connection is made with, as Tresen says.
export function connection({ servers, relay }) {
  return new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: relay ? "relay" : "all" });
}

export function tellCandidates(room, link, { viewer, no }) {
  link.onicecandidate = ({ candidate }) => {
    if (!candidate?.candidate) return;
    const { candidate: line, sdpMid, sdpMLineIndex } = candidate;
    room.say({ kind: "ice", viewer, no, candidate: line, mid: sdpMid ?? "", line: sdpMLineIndex ?? 0 });
  };
}

export async function addCandidate(link, { candidate, mid, line }) {
  try {
    await link.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: line });
  } catch {
    // One address less; another may do.
  }
}
