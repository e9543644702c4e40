package org.jennit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShadeTest {

  @Test
  void textIsBlackOnLightAndWhiteOnDark() {
    assertTrue(Shade.of(0xffffff).black());
    assertTrue(Shade.of(0xffff00).black());
    assertFalse(Shade.of(0x000000).black());
    assertFalse(Shade.of(0x0000ff).black());
    // The greys between which WCAG 2's contrasts are equal: 4.54 of white on #767676, 4.56 of black
    // on #757575.
    assertTrue(Shade.of(0x767676).black());
    assertFalse(Shade.of(0x757575).black());
    assertEquals(0x123456, Shade.of(0xff123456).rgb());
  }
}
