// SPDX-License-Identifier: AGPL-3.0-or-later
// The code that both sides compare over the phone: made of the fingerprints of both ends' keys. Who
// puts keys of their own between the two cannot make it equal on both sides.

// So slow that nobody can try as many keys as eight digits would take while two browsers connect.
const ROUNDS = 300_000;
const SALT = new TextEncoder().encode("tresen remote support");

const printsIn = ({ sdp }) => [...new Set(sdp.match(/^a=fingerprint:.+$/gm))].map((line) => line.trim().toLowerCase()).sort().join(" ");

// Returns "1234 5678", or nothing where the browser has no cryptography (no https).
export async function codeOf(link) {
  if (!globalThis.crypto?.subtle || !link.localDescription || !link.remoteDescription) return "";
  const prints = [link.localDescription, link.remoteDescription].map(printsIn).sort().join("|");
  const key = await crypto.subtle.importKey("raw", new TextEncoder().encode(prints), "PBKDF2", false, ["deriveBits"]);
  const way = { name: "PBKDF2", hash: "SHA-256", salt: SALT, iterations: ROUNDS };
  const number = new DataView(await crypto.subtle.deriveBits(way, key, 32)).getUint32(0) % 10 ** 8;
  return String(number).padStart(8, "0").replace(/(\d{4})/, "$1 ");
}

export async function showCode(root, link) {
  const code = link ? await codeOf(link) : "";
  for (const place of root.querySelectorAll("[data-code]")) place.textContent = code;
}
