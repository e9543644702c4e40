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

const finite = (value) => (Number.isFinite(value) ? number(value) : "not finite");

// float32, little-endian, as its own byte order is on every machine with a browser.
const floats = (source) => {
  const text = atob(source.textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return new Float32Array(bytes.buffer);
};
