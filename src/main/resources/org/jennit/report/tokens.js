// Relevance as the shading of a text, token by token.
class Tokens extends Relevance {
  constructor(article) {
    super(article);
    this.text = article.querySelector(".tokens");
    this.tokens = [...this.text.children];
    this.at = null;
    this.focusable(this.text);
    this.describe(article.querySelector("figcaption"));
    this.listen();
  }

  listen() {
    const point = (event) => {
      const index = this.tokens.indexOf(event.target);
      if (index >= 0) this.read(index);
    };
    this.text.addEventListener("pointermove", point);
    this.text.addEventListener("pointerdown", point);
    this.text.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.forget();
    });
    const moves = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1 };
    this.text.addEventListener("keydown", (event) => {
      const move = moves[event.key];
      if (move && !event.altKey && !event.ctrlKey && !event.metaKey) {
        this.read(this.at === null ? 0 : this.at + move * (event.shiftKey ? 10 : 1));
        event.preventDefault();
      } else if (event.key === "Escape") {
        this.forget();
      }
    });
    this.text.addEventListener("focus", () => {
      if (this.text.matches(":focus-visible")) this.read(this.at ?? 0);
    });
    this.text.addEventListener("blur", () => this.forget());
  }

  // The arithmetic of org.jennit.report.Shade; what is not finite stays as it was written.
  paint() {
    if (!this.values) this.load();
    this.colour((i, index) => {
      const colour = palette.subarray(index, index + 3);
      const light = colour.reduce((sum, channel, c) => {
        const part = channel / 255;
        return sum + [0.2126, 0.7152, 0.0722][c] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
      }, 0);
      this.tokens[i].style.background = `rgb(${colour.join()})`;
      this.tokens[i].style.color = light > 0.179 ? "#000" : "#fff";
    });
  }

  read(index) {
    if (!this.values) this.paint();
    this.forget();
    this.at = Math.min(Math.max(index, 0), this.columns - 1);
    const token = this.tokens[this.at];
    token.classList.add("read");
    token.scrollIntoView({ block: "nearest" });
    this.readout.textContent = `token ${this.at}, ${token.textContent.trim() || "space"}: ${finite(this.values[this.at])}`;
  }

  forget() {
    if (this.at !== null) this.tokens[this.at].classList.remove("read");
    this.at = null;
    this.readout.textContent = "";
  }
}
