
"use strict";
{
  const config = JSON.parse(document.getElementById("config").textContent);
  const state = { ...config.start };
  const byId = (id) => document.getElementById(id);

  // The 256 colours of a map at a level: the arithmetic of org.jennit.image.ColorMap.
  const paletteOf = (stops, level) => {
    const byteOf = (channel) =>
      Math.min(Math.max(Math.round((channel / 255) * 255 * 1e12) / 1e12, 0), 255) | 0;
    const palette = new Uint8Array(256 * 3);
    for (let i = 0; i < 256; i++) {
      const centred = i === 255 ? 1 : i * (2 / 255) - 1;
      const x = Math.min(Math.max(((centred * level + 1) / 2) * 255, 0), 255);
      let upper = 1;
      while (stops[upper][0] <= x) upper++;
      const low = stops[upper - 1];
      const high = stops[upper];
      const share = (x - low[0]) / (high[0] - low[0]);
      for (let c = 0; c < 3; c++) {
        palette[3 * i + c] = byteOf(low[c + 1] * (1 - share) + high[c + 1] * share);
      }
    }
    return palette;
  };
  let palette = paletteOf(config.maps[state.cmap], state.level);

  const number = (value) => {
    const size = Math.abs(value);
    const plain = size === 0 || (size >= 1e-3 && size < 1e5);
    const text = plain ? Number(value.toPrecision(3)).toString() : value.toExponential(2);
    return text.replaceAll("-", "\u2212");
  };

  const element = (tag, className, text = "") => {
    const made = document.createElement(tag);
    made.className = className;
    made.textContent = text;
    return made;
  };

  class Heatmap {
    constructor(article) {
      this.source = article.querySelector(".relevance");
      this.rows = Number(this.source.dataset.rows);
      this.columns = Number(this.source.dataset.columns);
      this.input = article.querySelector(".input");
      this.stage = article.querySelector(".heat");
      this.still = article.querySelector(".still");
      this.figures = [this.input, this.stage].map((part) => part.closest("figure"));
      this.name = article.querySelector("h2").textContent;
      this.stale = true;
      this.visible = false;
      this.cell = null;
      this.build();
      this.listen();
    }

    build() {
      for (const [picture, width] of [[this.input, this.input.width], [this.still, this.columns]]) {
        picture.classList.toggle("coarse", Number(picture.getAttribute("width") ?? width) <= 96);
      }
      this.stage.tabIndex = 0;
      this.stage.setAttribute("role", "application");
      this.stage.setAttribute("aria-label", "Relevance of " + this.name);
      this.stage.setAttribute("aria-describedby", "keys");
      this.readout = element("output", "", "");
      this.ends = [element("span", ""), element("span", "")];
      const scale = element("div", "scale");
      scale.append(this.ends[0], element("i", ""), this.ends[1]);
      this.figures[1].querySelector("figcaption").append(this.readout, scale);
      this.marks = this.figures.map((figure) => {
        const mark = element("span", "mark");
        mark.hidden = true;
        figure.querySelector(".stage").append(mark);
        return mark;
      });
    }

    listen() {
      for (const figure of this.figures) {
        const stage = figure.querySelector(".stage");
        const point = (event) => {
          const box = stage.getBoundingClientRect();
          this.read(
            Math.floor(((event.clientY - box.top) / box.height) * this.rows),
            Math.floor(((event.clientX - box.left) / box.width) * this.columns));
        };
        stage.addEventListener("pointermove", point);
        stage.addEventListener("pointerdown", point);
        stage.addEventListener("pointerleave", (event) => {
          if (event.pointerType === "mouse") this.forget();
        });
      }
      const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
      this.stage.addEventListener("keydown", (event) => {
        const move = moves[event.key];
        if (move && !event.altKey && !event.ctrlKey && !event.metaKey) {
          const step = event.shiftKey ? 10 : 1;
          const [row, column] = this.cell ?? [this.rows >> 1, this.columns >> 1];
          this.read(row + move[0] * step, column + move[1] * step);
          event.preventDefault();
        } else if (event.key === "Escape") {
          this.forget();
        }
      });
      this.stage.addEventListener("focus", () => {
        if (this.stage.matches(":focus-visible")) this.read(...(this.cell ?? [this.rows >> 1, this.columns >> 1]));
      });
      this.stage.addEventListener("blur", () => this.forget());
    }

    // float32, little-endian, as its own byte order is on every machine with a browser.
    load() {
      const text = atob(this.source.textContent);
      const bytes = new Uint8Array(text.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
      this.values = new Float32Array(bytes.buffer);
      this.min = Infinity;
      this.max = -Infinity;
      for (const value of this.values) {
        if (Number.isFinite(value)) {
          if (value < this.min) this.min = value;
          if (value > this.max) this.max = value;
        }
      }
      if (this.min > this.max) this.min = this.max = 0;
      this.canvas = element("canvas", this.still.className.replace("still", "map"));
      this.canvas.width = this.columns;
      this.canvas.height = this.rows;
      this.still.replaceWith(this.canvas);
      this.still = this.canvas;
    }

    bounds() {
      const peak = Math.max(Math.abs(this.min), Math.abs(this.max));
      if (state.norm === "unaligned") return [this.min, this.max];
      return [state.norm === "absolute" ? 0 : -peak, peak];
    }

    // The arithmetic of org.jennit.image.Image.imgify; what is not finite stays clear.
    paint() {
      if (!this.values) this.load();
      const [low, high] = this.bounds();
      const context = this.canvas.getContext("2d");
      const picture = context.createImageData(this.columns, this.rows);
      const pixels = picture.data;
      const absolute = state.norm === "absolute";
      for (let i = 0; i < this.values.length; i++) {
        const value = absolute ? Math.abs(this.values[i]) : this.values[i];
        if (!Number.isFinite(value)) continue;
        const index = Math.min(Math.max(((value - low) / (high - low)) * 255, 0), 255) | 0;
        pixels[4 * i] = palette[3 * index];
        pixels[4 * i + 1] = palette[3 * index + 1];
        pixels[4 * i + 2] = palette[3 * index + 2];
        pixels[4 * i + 3] = 255;
      }
      context.putImageData(picture, 0, 0);
      this.ends[0].textContent = number(low);
      this.ends[1].textContent = number(high);
      this.lay();
      this.stale = false;
    }

    // A heatmap of one row is no picture of the input, so nothing lies under it.
    lay() {
      const share = this.rows === 1 ? 1 : state.overlay;
      if (share < 1 && !this.under) {
        this.under = element("img", "under" + (this.input.classList.contains("coarse") ? " coarse" : ""));
        this.under.alt = "";
        this.under.src = this.input.src;
        this.stage.prepend(this.under);
      }
      if (this.under) this.under.hidden = share === 1;
      this.canvas.style.opacity = share;
    }

    refresh() {
      this.stale = true;
      if (this.visible) this.paint();
    }

    read(row, column) {
      if (!this.values) this.paint();
      const r = Math.min(Math.max(row, 0), this.rows - 1);
      const c = Math.min(Math.max(column, 0), this.columns - 1);
      this.cell = [r, c];
      const value = this.values[r * this.columns + c];
      this.readout.textContent =
        `row ${r}, column ${c}: ` + (Number.isFinite(value) ? number(value) : "not finite");
      for (const mark of this.marks) {
        mark.hidden = false;
        mark.style.top = ((r + 0.5) / this.rows) * 100 + "%";
        mark.style.left = ((c + 0.5) / this.columns) * 100 + "%";
      }
    }

    forget() {
      this.cell = null;
      this.readout.textContent = "";
      for (const mark of this.marks) mark.hidden = true;
    }
  }

  const heatmaps = new Map();
  for (const article of document.querySelectorAll(".entry")) {
    heatmaps.set(article, new Heatmap(article));
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
}
