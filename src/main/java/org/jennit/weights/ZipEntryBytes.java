package org.jennit.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The bytes of a zip entry piece by piece, unpacked. */
final class ZipEntryBytes implements Closeable {
  private static final int PIECE = 1 << 16;

  private final TensorFile file;
  private final Inflater inflater;
  private final ByteBuffer unpacked;
  private final long end;
  private long position;

  /**
   * @param region where the packed bytes lie
   * @param plain whether they are as they are, not deflated
   */
  ZipEntryBytes(TensorFile file, TensorFile.Region region, boolean plain) {
    this.file = file;
    this.position = region.start();
    this.end = region.start() + region.length();
    this.inflater = plain ? null : new Inflater(true);
    this.unpacked = plain ? null : ByteBuffer.allocate(PIECE);
  }

  /** The next piece, valid until the next call; null behind the last. */
  ByteBuffer next() throws IOException, DataFormatException {
    if (inflater == null) {
      return position == end ? null : packed();
    }
    unpacked.clear();
    while (unpacked.position() == 0 && !inflater.finished()) {
      if (inflater.needsInput()) {
        if (position == end || inflater.needsDictionary()) {
          throw new DataFormatException("it ends too early");
        }
        inflater.setInput(packed());
      }
      inflater.inflate(unpacked);
    }
    return unpacked.position() == 0 ? null : unpacked.flip();
  }

  private ByteBuffer packed() throws IOException {
    ByteBuffer piece = file.read(position, Math.min(PIECE, end - position), "an entry");
    position += piece.remaining();
    return piece;
  }

  @Override
  public void close() {
    if (inflater != null) {
      inflater.end();
    }
  }
}
