package org.jennit.image.transform;

import java.awt.color.ColorSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes whatever the JDK's ImageIO reads (PNG, JPEG, GIF, BMP, TIFF) to upright RGB. */
final class ImageDecoder {

  /** What Pillow refuses as a decompression bomb. */
  static final long MAX_PIXELS = 178_956_970;

  private static final int MAX_BYTES = 1 << 28;

  private ImageDecoder() {}

  /**
   * @param in read to its end, not closed
   * @param name names the image in errors
   * @throws IOException if it is no readable image; the message starts with the name
   */
  static RgbImage decode(InputStream in, String name) throws IOException {
    try {
      byte[] file = in.readNBytes(MAX_BYTES + 1);
      if (file.length == 0) {
        throw new IIOException("the file is empty");
      }
      if (file.length > MAX_BYTES) {
        throw new IIOException(
            "larger than " + (MAX_BYTES >> 20) + " MiB, the most that is read as an image");
      }
      return Orientation.upright(decode(file), Orientation.read(file));
    } catch (IOException | RuntimeException e) { // ImageIO's readers throw either on broken files
      throw new IIOException(name + ": cannot be read as an image: " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new IIOException(
          name + ": the image does not fit into the heap; enlarge it with -Xmx", e);
    }
  }

  private static RgbImage decode(byte[] file) throws IOException {
    try (ImageInputStream stream =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(stream);
      if (!readers.hasNext()) {
        throw new IIOException(
            "its format is none of " + String.join(", ", ImageIO.getReaderFileSuffixes()));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(stream, true, true);
        return read(reader);
      } finally {
        reader.dispose();
      }
    }
  }

  private static RgbImage read(ImageReader reader) throws IOException {
    long width = reader.getWidth(0);
    long height = reader.getHeight(0);
    if (width < 1 || height < 1 || width * height > MAX_PIXELS) {
      throw new IIOException(
          "it claims %d x %d pixels; from 1 to %d in all can be read"
              .formatted(width, height, MAX_PIXELS));
    }
    boolean[] truncated = {false};
    // The JPEG reader fills up what is missing and only warns.
    reader.addIIOReadWarningListener(
        (source, warning) -> truncated[0] |= warning.contains("Missing EOI"));
    RgbImage image = RgbImage.of(reader.read(0, storedColors(reader)));
    if (truncated[0]) {
      throw new IIOException("the file is truncated");
    }
    return image;
  }

  /**
   * Asks for the file's own colour space where there is one, so that its profile is not applied.
   */
  private static ImageReadParam storedColors(ImageReader reader) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    Iterator<ImageTypeSpecifier> types = reader.getImageTypes(0);
    while (types.hasNext()) {
      ImageTypeSpecifier type = types.next();
      ColorSpace space = type.getColorModel().getColorSpace();
      if (space.getType() == ColorSpace.TYPE_RGB && !space.isCS_sRGB()) {
        param.setDestinationType(type);
      }
    }
    return param;
  }
}
