package org.jennit.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * Writes a zip file whose sizes and offsets all stand in zip64 fields, as large checkpoints have.
 */
final class Zip64 {
  private final RandomAccessFile out;
  private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
  private final int shift;
  private long entries;

  /** A writer whose entries' contents start so many bytes after a multiple of 64. */
  Zip64(RandomAccessFile out, int shift) {
    this.out = out;
    this.shift = shift;
  }

  /** Adds a stored entry; what follows its content is a hole. */
  void add(String name, byte[] content, long length) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    long header = out.getFilePointer();
    int padding = (int) (shift - (header + 30 + text.length) & 63);
    out.write(
        TorchFiles.little(30)
            .putInt(0x04034b50)
            .putInt(18, -1)
            .putInt(22, -1)
            .putShort(26, (short) text.length)
            .putShort(28, (short) padding)
            .array());
    out.write(text);
    out.write(new byte[padding]);
    long start = out.getFilePointer();
    out.write(content);
    out.setLength(Math.max(out.length(), start + length));
    out.seek(start + length);
    list(name, header, length);
  }

  /** Adds an entry to the directory alone: a header that is already in the file. */
  void list(String name, long header, long length) throws IOException {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    directory.write(
        TorchFiles.little(46)
            .putInt(0x02014b50)
            .putInt(20, -1)
            .putInt(24, -1)
            .putShort(28, (short) text.length)
            .putShort(30, (short) 28)
            .putInt(42, -1)
            .array());
    directory.write(text);
    directory.write(
        TorchFiles.little(28)
            .putShort((short) 1)
            .putShort((short) 24)
            .putLong(length)
            .putLong(length)
            .putLong(header)
            .array());
    entries++;
  }

  void finish() throws IOException {
    long start = out.getFilePointer();
    out.write(directory.toByteArray());
    long end = out.getFilePointer();
    out.write(
        TorchFiles.little(56)
            .putInt(0x06064b50)
            .putLong(44)
            .putLong(24, entries)
            .putLong(32, entries)
            .putLong(40, end - start)
            .putLong(48, start)
            .array());
    out.write(TorchFiles.little(20).putInt(0x07064b50).putInt(0).putLong(end).putInt(1).array());
    out.write(TorchFiles.little(22).putInt(0x06054b50).putInt(12, -1).putInt(16, -1).array());
  }
}
