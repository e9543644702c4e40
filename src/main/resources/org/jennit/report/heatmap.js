// Relevance as a picture. An entry without a picture of its input has one figure.
class Heatmap extends Relevance {
  constructor(article) {
    super(article);
    this.input = article.querySelector(".input");
    this.stage = article.querySelector(".heat");
    this.still = article.querySelector(".still");
    this.figures = [this.input, this.stage].filter(Boolean).map((part) => part.closest("figure"));
    this.cell = null;
    this.build();
    this.listen();
  }

  build() {
    if (this.input) {
      for (const picture of [this.input, this.still]) {
        picture.classList.toggle("coarse", Number(picture.getAttribute("width")) <= 96);
      }
    }
    this.focusable(this.stage);
    this.describe(this.figures.at(-1).querySelector("figcaption"));
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

  load() {
    super.load();
    this.canvas = element("canvas", this.still.className.replace("still", "map"));
    this.canvas.width = this.columns;
    this.canvas.height = this.rows;
    this.still.replaceWith(this.canvas);
    this.still = this.canvas;
  }

  // What is not finite stays clear.
  paint() {
    if (!this.values) this.load();
    const context = this.canvas.getContext("2d");
    const picture = context.createImageData(this.columns, this.rows);
    const pixels = picture.data;
    this.colour((i, index) => {
      pixels[4 * i] = palette[index];
      pixels[4 * i + 1] = palette[index + 1];
      pixels[4 * i + 2] = palette[index + 2];
      pixels[4 * i + 3] = 255;
    });
    context.putImageData(picture, 0, 0);
    this.lay();
  }

  // A heatmap of one row is no picture of the input, so nothing lies under it.
  lay() {
    const share = this.rows === 1 || !this.input ? 1 : state.overlay;
    if (share < 1 && !this.under) {
      this.under = element("img", "under" + (this.input.classList.contains("coarse") ? " coarse" : ""));
      this.under.alt = "";
      this.under.src = this.input.src;
      this.stage.prepend(this.under);
    }
    if (this.under) this.under.hidden = share === 1;
    this.canvas.style.opacity = share;
  }

  read(row, column) {
    if (!this.values) this.paint();
    const r = Math.min(Math.max(row, 0), this.rows - 1);
    const c = Math.min(Math.max(column, 0), this.columns - 1);
    this.cell = [r, c];
    const value = this.values[r * this.columns + c];
    this.readout.textContent = this.words(r, c, finite(value));
    for (const mark of this.marks) {
      mark.hidden = false;
      mark.style.top = ((r + this.depth(r, c)) / this.rows) * 100 + "%";
      mark.style.left = ((c + 0.5) / this.columns) * 100 + "%";
    }
  }

  words(row, column, relevance) {
    return `row ${row}, column ${column}: ${relevance}`;
  }

  // Where in its row the mark of a value stands.
  depth() {
    return 0.5;
  }

  forget() {
    this.cell = null;
    this.readout.textContent = "";
    for (const mark of this.marks) mark.hidden = true;
  }
}
