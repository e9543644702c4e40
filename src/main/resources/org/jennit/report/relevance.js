// The relevance of one entry: its values, and the colours that the page's state gives them.
class Relevance {
  constructor(article) {
    this.source = article.querySelector(".relevance");
    this.rows = Number(this.source.dataset.rows);
    this.columns = Number(this.source.dataset.columns);
    this.name = article.querySelector("h2").textContent;
    this.stale = true;
    this.visible = false;
    this.readout = element("output", "");
    this.ends = [element("span", ""), element("span", "")];
  }

  // Makes a part of the page one that takes the keys.
  focusable(part) {
    part.tabIndex = 0;
    part.setAttribute("role", "application");
    part.setAttribute("aria-label", "Relevance of " + this.name);
    part.setAttribute("aria-describedby", "keys");
  }

  // What stands under a figure: the value read, and the ends of the scale.
  describe(caption) {
    const scale = element("div", "scale");
    scale.append(this.ends[0], element("i", ""), this.ends[1]);
    caption.append(this.readout, scale);
  }

  load() {
    this.values = floats(this.source);
    this.min = Infinity;
    this.max = -Infinity;
    for (const value of this.values) {
      if (Number.isFinite(value)) {
        if (value < this.min) this.min = value;
        if (value > this.max) this.max = value;
      }
    }
    if (this.min > this.max) this.min = this.max = 0;
  }

  bounds() {
    const peak = Math.max(Math.abs(this.min), Math.abs(this.max));
    if (state.norm === "unaligned") return [this.min, this.max];
    return [state.norm === "absolute" ? 0 : -peak, peak];
  }

  // Hands on the place and the palette's index of each value that is finite: the arithmetic of
  // org.jennit.image.Image.imgify.
  colour(each) {
    const [low, high] = this.bounds();
    const absolute = state.norm === "absolute";
    for (let i = 0; i < this.values.length; i++) {
      const value = absolute ? Math.abs(this.values[i]) : this.values[i];
      if (!Number.isFinite(value)) continue;
      each(i, 3 * (Math.min(Math.max(((value - low) / (high - low)) * 255, 0), 255) | 0));
    }
    this.ends[0].textContent = number(low);
    this.ends[1].textContent = number(high);
    this.stale = false;
  }

  refresh() {
    this.stale = true;
    if (this.visible) this.paint();
  }
}
