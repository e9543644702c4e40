package org.jennit.image.transform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplerTest {

  static Stream<ExpectedPixels> resizes() throws IOException {
    return ExpectedPixels.all().stream().filter(expected -> expected.operation().contains(":"));
  }

  @ParameterizedTest
  @MethodSource("resizes")
  void resizesAsPillow(ExpectedPixels expected) throws IOException {
    String name = expected.operation().split(":", -1)[0];
    Interpolation interpolation = Interpolation.valueOf(name.toUpperCase(Locale.ROOT));
    RgbImage source = read(expected);
    int width = expected.image().width;
    int height = expected.image().height;
    RgbImage resized =
        Resampler.resample(
            source,
            ResampleAxis.of(interpolation, source.width, width, 0, width),
            ResampleAxis.of(interpolation, source.height, height, 0, height));
    assertEquals(0, expected.difference(resized));
  }

  @Test
  void aStretchOfTheOutputIsThatStretch() throws IOException {
    ExpectedPixels whole =
        resizes().filter(e -> e.operation().equals("bilinear:20:15")).findFirst().orElseThrow();
    RgbImage source = read(whole);
    RgbImage part =
        Resampler.resample(
            source,
            ResampleAxis.of(Interpolation.BILINEAR, source.width, 20, 7, 4),
            ResampleAxis.of(Interpolation.BILINEAR, source.height, 15, 3, 2));
    byte[] expected = new byte[4 * 2 * RgbImage.CHANNELS];
    for (int y = 0; y < 2; y++) {
      System.arraycopy(whole.image().data, ((y + 3) * 20 + 7) * 3, expected, y * 12, 12);
    }
    assertArrayEquals(expected, part.data);
  }

  private static RgbImage read(ExpectedPixels expected) throws IOException {
    try (InputStream in = Files.newInputStream(expected.file())) {
      return ImageDecoder.decode(in, expected.toString());
    }
  }
}
