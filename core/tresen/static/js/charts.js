/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Draws what a chart's table says as lines. The table stays, folded, for who reads figures, listens
   to them or has no script. */
import "../vendor/chart.js";

/* no line is told by its colour alone */
const looks = [["--accent", [], "circle"], ["--red", [6, 4], "rect"], ["--amber", [2, 3], "triangle"], ["--green", [10, 3, 2, 3], "rectRot"]];
const drawn = new Map();

/* the colour as it is now: what stands in a style sheet is one for light and one for dark */
function colour(figure, name) {
  figure.style.color = `var(${name})`;
  const found = getComputedStyle(figure).color;
  figure.style.color = "";
  return found;
}

function read(figure) {
  const [head, ...rows] = [...figure.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => cell.dataset.value ?? cell.textContent.trim()));
  const line = (title, index) => {
    const [name, borderDash, pointStyle] = looks[index % looks.length];
    const ink = colour(figure, name);
    const data = rows.map((row) => (row[index + 1] === "" ? null : Number(row[index + 1])));
    const way = "sums" in figure.dataset ? { pointRadius: 4, pointStyle } : { pointRadius: 0, stepped: "before" };
    return { label: title, data, borderColor: ink, backgroundColor: ink, borderDash, borderWidth: 2, pointHitRadius: 12, ...way };
  };
  return { labels: rows.map((row) => row[0]), datasets: head.slice(1).map(line) };
}

function draw(figure) {
  drawn.get(figure)?.destroy();
  const box = figure.querySelector(".chart-box");
  box.hidden = false;
  const [ink, grid] = [colour(figure, "--text-soft"), colour(figure, "--line")];
  const axis = { ticks: { color: ink, maxRotation: 0, autoSkipPadding: 16, precision: 0 }, grid: { color: grid } };
  const font = { family: getComputedStyle(figure).fontFamily };
  const plugins = { legend: { labels: { color: ink, font, boxHeight: 1, boxWidth: 28 } } };
  const options = { animation: false, maintainAspectRatio: false, interaction: { mode: "index", intersect: false }, plugins, scales: { x: axis, y: { ...axis, beginAtZero: true } } };
  drawn.set(figure, new Chart(box.firstElementChild, { type: "line", data: read(figure), options }));
}

export function start(inside) {
  for (const figure of inside.querySelectorAll("[data-chart]")) {
    if (drawn.has(figure)) continue;
    figure.querySelector("details").open = false;
    draw(figure);
  }
}

const again = () => drawn.forEach((_, figure) => draw(figure));
new MutationObserver(again).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
