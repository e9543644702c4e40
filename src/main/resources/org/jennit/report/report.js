const heatmaps = new Map();
const kinds = { picture: Heatmap, series: Series, tokens: Tokens };
for (const article of document.querySelectorAll(".entry")) {
  heatmaps.set(article, new kinds[article.dataset.kind](article));
}

// Only what is near the screen is painted, so many pictures cost no more than a few.
const watcher = new IntersectionObserver(
  (changes) => {
    for (const change of changes) {
      const heatmap = heatmaps.get(change.target);
      heatmap.visible = change.isIntersecting;
      if (heatmap.visible && heatmap.stale) heatmap.paint();
    }
  },
  { rootMargin: "50%" });
for (const article of heatmaps.keys()) watcher.observe(article);
window.addEventListener("beforeprint", () => {
  for (const heatmap of heatmaps.values()) if (heatmap.stale) heatmap.paint();
});

const showColours = () => {
  const canvas = document.createElement("canvas");
  canvas.width = 256;
  canvas.height = 1;
  const context = canvas.getContext("2d");
  const strip = context.createImageData(256, 1);
  for (let i = 0; i < 256; i++) {
    strip.data.set([...palette.subarray(3 * i, 3 * i + 3), 255], 4 * i);
  }
  context.putImageData(strip, 0, 0);
  document.documentElement.style.setProperty("--colours", `url(${canvas.toDataURL()})`);
};

const showState = () => {
  byId("cmap").value = state.cmap;
  byId("level").max = Math.max(5, config.start.level);
  byId("level").value = state.level;
  byId("level-value").textContent = number(state.level);
  byId("overlay").value = state.overlay;
  byId("overlay-value").textContent = Math.round(state.overlay * 100) + "\u00a0%";
  for (const radio of document.getElementsByName("norm")) radio.checked = radio.value === state.norm;
};

// At most one painting for each picture of the screen, however fast a slider moves.
let waiting = false;
const change = (changes) => {
  Object.assign(state, changes);
  showState();
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    palette = paletteOf(config.maps[state.cmap], state.level);
    showColours();
    for (const heatmap of heatmaps.values()) heatmap.refresh();
  });
};

byId("cmap").addEventListener("change", (event) => change({ cmap: event.target.value }));
byId("level").addEventListener("input", (event) => change({ level: Number(event.target.value) }));
byId("overlay").addEventListener("input", (event) => change({ overlay: Number(event.target.value) }));
for (const radio of document.getElementsByName("norm")) {
  radio.addEventListener("change", () => change({ norm: radio.value }));
}
byId("reset").addEventListener("click", () => change(config.start));

const theme = byId("theme");
const dark = window.matchMedia("(prefers-color-scheme: dark)");
const showTheme = () => {
  const chosen = document.documentElement.dataset.theme;
  theme.setAttribute("aria-pressed", String(chosen ? chosen === "dark" : dark.matches));
};
theme.addEventListener("click", () => {
  const pressed = theme.getAttribute("aria-pressed") === "true";
  document.documentElement.dataset.theme = pressed ? "light" : "dark";
  showTheme();
});
dark.addEventListener("change", showTheme);

const controls = byId("controls");
const narrow = window.matchMedia("(max-width: 45rem)");
const fold = () => { controls.open = !narrow.matches; };
narrow.addEventListener("change", fold);

document.body.classList.toggle("many", heatmaps.size > 20);
for (const part of [controls, theme, byId("keys")]) part.hidden = false;
fold();
showTheme();
showState();
showColours();
