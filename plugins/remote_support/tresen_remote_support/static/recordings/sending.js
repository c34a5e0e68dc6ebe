// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends the pieces of a recording to Tresen, one after the other and each until it got through.

const FIRST_WAIT = 500; // milliseconds until a piece is sent again; each time twice as long
const LONGEST_WAIT = 8000;
const LARGEST = 64_000_000; // bytes that may wait; more than that no line makes good

const rest = (time) => new Promise((done) => setTimeout(done, time));

export class Sending {
  #waiting = []; // pieces with their numbers, the one that is due at the front
  #number = 0;
  #isSending = false;
  #isOver = false;

  // `told` hears of the line ("lost", "found") and of the end ("over", with a sentence).
  constructor(path, told) {
    this.path = path;
    this.told = told;
  }

  add(blob) {
    if (this.#isOver || !blob.size) return;
    this.#waiting.push({ number: this.#number++, blob });
    if (this.#waiting.reduce((sum, each) => sum + each.blob.size, 0) > LARGEST) this.#end();
    this.#send();
  }

  // Resolves when nothing waits any more.
  async drained() {
    while (this.#waiting.length && !this.#isOver) await rest(100);
  }

  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    let tries = 0;
    while (this.#waiting.length && !this.#isOver) {
      const isThrough = await this.#try(this.#waiting[0]);
      if (isThrough !== tries < 1) this.told(isThrough ? "found" : "lost");
      tries = isThrough ? 0 : tries + 1;
      if (!isThrough) await rest(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries));
    }
    this.#isSending = false;
  }

  async #try({ number, blob }) {
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, Accept: "application/json" };
    let answer;
    try {
      answer = await fetch(`${this.path}${number}`, { method: "POST", headers, body: blob });
    } catch {
      return false; // The line is down for a moment.
    }
    if (answer.status >= 500) return false;
    const said = await answer.json().catch(() => ({}));
    // Signed out, taken off the session, or over.
    if (said.next === undefined) this.#end(said.error);
    if (said.next > number) this.#waiting.shift();
    else if (said.next < number) this.#end(said.error);
    return true;
  }

  #end(sentence = "") {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.length = 0;
    this.told("over", sentence);
  }
}
