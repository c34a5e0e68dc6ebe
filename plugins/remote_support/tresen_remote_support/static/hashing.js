// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads name, size and SHA-256 of a chosen file, here and without sending it, and fills in the form.

const chooser = document.querySelector("[data-hash]");
const said = document.querySelector("[data-hash-said]");

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function read(file) {
  const form = chooser.form;
  said.textContent = chooser.dataset.busy;
  form.elements.namedItem("name").value = file.name;
  form.elements.namedItem("size").value = file.size;
  form.elements.namedItem("sha256").value = hex(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  said.textContent = chooser.dataset.done;
}

if (chooser && globalThis.crypto?.subtle) {
  chooser.closest("[hidden]").hidden = false;
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    if (!file) return;
    try {
      await read(file);
    } catch {
      // Too large for this browser, or gone meanwhile: it can be typed in.
      said.textContent = chooser.dataset.failed;
    }
  });
}
