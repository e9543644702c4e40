// Curves over their relevance: a row for each channel, a column for each step.
class Series extends Heatmap {
  constructor(article) {
    super(article);
    this.labels = [...article.querySelectorAll(".channel bdi")].map((label) => label.textContent);
    this.curves = article.querySelector(".values");
  }

  load() {
    super.load();
    this.series = floats(this.curves);
  }

  words(channel, step, relevance) {
    const value = finite(this.series[channel * this.columns + step]);
    return `${this.labels[channel]}, step ${step}: ${value}, relevance ${relevance}`;
  }

  // The mark lies on the curve: the arithmetic of org.jennit.report.Curve.
  depth(channel, step) {
    const values = this.series.subarray(channel * this.columns, (channel + 1) * this.columns);
    const value = values[step];
    if (!Number.isFinite(value)) return 0.5;
    let low = Infinity;
    let high = -Infinity;
    for (const other of values) {
      if (Number.isFinite(other)) {
        low = Math.min(low, other);
        high = Math.max(high, other);
      }
    }
    const span = high / 2 - low / 2;
    return 0.88 - 0.76 * (span > 0 ? (value / 2 - low / 2) / span : 0.5);
  }
}
