package org.jennit.image;

/**
 * A colour behind text, and which of black and white is easier to read on it: the one with the
 * larger contrast of WCAG 2, which is 1.05 / (L + 0.05) for white and (L + 0.05) / 0.05 for black
 * on a colour of the relative luminance L.
 *
 * @param rgb the colour behind the text, 0xRRGGBB
 * @param black whether the text is black; else it is white
 */
public record Shade(int rgb, boolean black) {
  // Where both contrasts are equal; the report's tokens.js knows it too.
  private static final double EVEN = 0.179;

  /**
   * The text's colour for a colour behind it.
   *
   * @param rgb 0xRRGGBB; higher bits are left out
   */
  public static Shade of(int rgb) {
    double luminance =
        0.2126 * linear(rgb >> 16 & 0xff)
            + 0.7152 * linear(rgb >> 8 & 0xff)
            + 0.0722 * linear(rgb & 0xff);
    return new Shade(rgb & 0xffffff, luminance > EVEN);
  }

  private static double linear(int channel) {
    double part = channel / 255.0;
    return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
  }
}
