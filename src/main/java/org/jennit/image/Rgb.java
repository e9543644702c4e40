package org.jennit.image;

/** A colour: its channels from 0 to 255, fractions included. */
record Rgb(double red, double green, double blue) {
  Rgb mix(Rgb other, double share) {
    return new Rgb(
        red * (1 - share) + other.red * share,
        green * (1 - share) + other.green * share,
        blue * (1 - share) + other.blue * share);
  }
}
