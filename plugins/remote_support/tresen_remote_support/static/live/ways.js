// SPDX-License-Identifier: AGPL-3.0-or-later
// One viewer's way to the customer's picture: a connection of its own for each who looks on, and the
// line on the customer's page that says what they see of it.
import { showCode } from "./code.js";
import { pointTo } from "./pointer.js";
import { addCandidate, connection, tellCandidates } from "./room.js";

const PATIENCE = 8000; // milliseconds; then pictures go over Tresen until a direct way is found
const CREDENTIALS_HOLD = 8 * 60_000;
const POINTS = "agent"; // who else looks on has no pointer

export class Way {
  #room;
  #place;
  #changed;
  #link = null;
  #offered = 0;
  #isLate = false;
  #timer = 0;

  // `place` is the viewer's line; `changed` is called when the connection came or broke.
  constructor(room, place, changed) {
    this.#room = room;
    this.#place = place;
    this.#changed = changed;
    this.viewer = place.dataset.viewer;
    this.isHere = false;
  }

  get isConnected() {
    return this.#link?.connectionState === "connected";
  }

  // Whether this viewer sees pictures that go over Tresen.
  get isByPictures() {
    return this.isHere && this.#isLate && !this.isConnected;
  }

  enter({ offered, is_here: isHere }) {
    this.drop();
    this.#offered = offered;
    this.isHere = isHere;
  }

  come(isHere) {
    this.drop();
    this.isHere = isHere;
  }

  // Shows `track`, or nothing where there is none; `known` is the room as Tresen told it.
  run(track, stream, known) {
    const shown = this.isHere ? track : null;
    this.#link?.getSenders().forEach((sender) => sender.replaceTrack(shown));
    if (shown && !this.#link) this.#offer(shown, stream, known);
    this.#tell(shown);
  }

  drop() {
    clearTimeout(this.#timer);
    this.#link?.close();
    this.#link = null;
    this.#isLate = false;
    showCode(this.#place, null);
  }

  answer({ no, sdp }) {
    if (no === this.#offered) this.#link?.setRemoteDescription({ type: "answer", sdp });
  }

  add(said) {
    if (said.no === this.#offered && this.#link) addCandidate(this.#link, said);
  }

  async #offer(track, stream, known) {
    if (!globalThis.RTCPeerConnection) return void (this.#isLate = true);
    if (performance.now() - known.at > CREDENTIALS_HOLD) return this.#room.renew();
    const made = (this.#link = connection(known.ice));
    made.addTrack(track, stream);
    if (this.viewer === POINTS) pointTo(document, made.createDataChannel("pointer", { ordered: false, maxRetransmits: 0 }));
    made.onconnectionstatechange = () => this.#connected(made);
    this.#timer = setTimeout(() => ((this.#isLate = true), this.#changed()), PATIENCE);
    await made.setLocalDescription();
    // Another room, or the viewer went and came: then another offer is made.
    if (made !== this.#link) return;
    const no = ++this.#offered;
    tellCandidates(this.#room, made, { viewer: this.viewer, no });
    this.#room.say({ kind: "offer", viewer: this.viewer, no, generation: known.generation, sdp: made.localDescription.sdp });
  }

  async #connected(made) {
    if (made !== this.#link) return;
    if (made.connectionState === "failed") this.#isLate = true;
    if (this.isConnected) {
      clearTimeout(this.#timer);
      this.#isLate = false;
      await showCode(this.#place, made);
    }
    this.#changed();
  }

  #tell(shown) {
    const now = !shown ? "away" : this.isConnected ? "live" : this.#isLate ? "pictures" : "waiting";
    for (const part of this.#place.querySelectorAll("[data-way]")) part.hidden = !part.dataset.way.split(" ").includes(now);
  }
}
