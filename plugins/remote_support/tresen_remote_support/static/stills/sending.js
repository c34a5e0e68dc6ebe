// SPDX-License-Identifier: AGPL-3.0-or-later
// Packs what a canvas shows and sends it; whatever goes wrong is told, and the canvas stays as it is.

const asBlob = (canvas, kind, quality) => new Promise((done) => canvas.toBlob(done, kind, quality));

// PNG keeps letters sharp; what is too large as PNG goes as JPEG.
async function packed(canvas, most) {
  const sharp = await asBlob(canvas, "image/png");
  return sharp.size <= most ? sharp : asBlob(canvas, "image/jpeg", 0.85);
}

// Returns {isSent, sentence}: the server's own words, or `lost` where it gave none.
export async function send(canvas, { url, most, lost, fields = {} }) {
  const body = new FormData();
  body.append("picture", await packed(canvas, most));
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const token = document.querySelector("meta[name=csrf-token]").content;
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  try {
    const answer = await fetch(url, { method: "POST", body, headers });
    const { sentence } = await answer.json();
    return { isSent: answer.ok, sentence };
  } catch {
    return { isSent: false, sentence: lost };
  }
}
