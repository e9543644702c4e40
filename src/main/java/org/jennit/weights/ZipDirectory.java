package org.jennit.weights;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;

/**
 * Where the entries of a zip file lie, by its central directory, zip64 included. PyTorch stores its
 * entries uncompressed, so they are used in place; java.util.zip would copy them. The layout is
 * that of PKWARE's APPNOTE.TXT.
 */
final class ZipDirectory {
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int ENTRY_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int END_64_LOCATOR = 0x07064b50;

  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int END_BYTES = 22;
  private static final int END_64_BYTES = 56;
  private static final int LOCATOR_BYTES = 20;
  private static final int MAX_COMMENT = 0xffff;
  private static final int DEFLATED = 8;
  private static final int EXTRA_64 = 1;
  private static final long IN_EXTRA_64 = 0xffffffffL;

  /** An entry's place: {@code header} is where its local header starts. */
  private record Entry(long header, long length, long packed, int method, int flags, int crc) {
    boolean isPlain() {
      return method == 0 && packed == length && (flags & 1) == 0;
    }
  }

  private final TensorFile file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipDirectory(TensorFile file) {
    this.file = file;
  }

  static ZipDirectory read(TensorFile file) throws IOException {
    ZipDirectory directory = new ZipDirectory(file);
    try {
      directory.readEntries(directory.findDirectory());
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw directory.broken("it ends in the middle of an entry");
    }
    return directory;
  }

  /** The folder that PyTorch puts everything into; empty if there is none. */
  String folder() {
    String first = entries.keySet().stream().findFirst().orElse("");
    return first.substring(0, first.indexOf('/') + 1);
  }

  boolean contains(String name) {
    return entries.containsKey(name);
  }

  /** The names of all entries, in the order of the directory. */
  Set<String> names() {
    return Collections.unmodifiableSet(entries.keySet());
  }

  /** How many bytes an entry has when it is unpacked. */
  long length(String name) throws IOException {
    return find(name).length();
  }

  /** The bytes of an entry, as a region to be used in place where its start is a multiple of 16. */
  TensorFile.Region region(String name) throws IOException {
    Entry entry = find(name);
    if (!entry.isPlain()) {
      String way = "its entry '" + name + "' is compressed or encrypted; ";
      throw file.refuse(way + "torch.save stores plain entries: pack the file again without");
    }
    return stored(name, entry);
  }

  private Entry find(String name) throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw file.refuse("it lacks the entry '" + name + "': it is incomplete or not by torch.save");
    }
    return entry;
  }

  /** Where the bytes of an entry lie, packed or not. */
  private TensorFile.Region stored(String name, Entry entry) throws IOException {
    ByteBuffer header =
        file.read(entry.header(), LOCAL_HEADER_BYTES, "the header of '" + name + "'");
    if (header.getInt(0) != LOCAL_HEADER) {
      throw broken("the entry '" + name + "' has no header where it should be");
    }
    long names =
        Short.toUnsignedLong(header.getShort(26)) + Short.toUnsignedLong(header.getShort(28));
    long start = entry.header() + LOCAL_HEADER_BYTES + names;
    file.requireInside(start, entry.packed(), "its entry '" + name + "'");
    return new TensorFile.Region(start, entry.packed(), DType.COMPLEX128.bytes);
  }

  /** The content of a small entry. */
  ByteBuffer content(String name) throws IOException {
    TensorFile.Region region = region(name);
    return file.read(region.start(), region.length(), "its entry '" + name + "'");
  }

  /** The content of a small entry, which may be compressed. */
  ByteBuffer unpacked(String name) throws IOException {
    return unpacked(name, TensorFile.MAX_DESCRIPTION);
  }

  /**
   * The content of an entry, which may be compressed where it is small.
   *
   * @param limit the most bytes that an entry may have that is as long in the file
   */
  ByteBuffer unpacked(String name, int limit) throws IOException {
    Entry entry = find(name);
    if (entry.length() > (entry.isPlain() ? limit : TensorFile.MAX_DESCRIPTION)) {
      throw file.refuse("its entry '" + name + "' is too large: " + entry.length() + " bytes");
    }
    if (entry.isPlain()) {
      stored(name, entry);
    }
    ByteBuffer content = ByteBuffer.allocate((int) entry.length());
    unpack(name, entry, content::put);
    return content.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Refuses the file unless each entry can be unpacked to its length and has its checksum, under a
   * name that no other has, be it in other case.
   */
  void requireWholeEntries() throws IOException {
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, Entry> entry : entries.entrySet()) {
      if (!names.add(entry.getKey().toLowerCase(Locale.ROOT))) {
        throw broken("the entry '" + entry.getKey() + "' occurs twice");
      }
      unpack(entry.getKey(), entry.getValue(), piece -> {});
    }
  }

  private void unpack(String name, Entry entry, Consumer<ByteBuffer> sink) throws IOException {
    if (!entry.isPlain() && (entry.method() != DEFLATED || (entry.flags() & 1) != 0)) {
      throw file.refuse("its entry '" + name + "' is packed in a way that PyTorch does not read");
    }
    TensorFile.Region region = stored(name, entry);
    CRC32 crc = new CRC32();
    long length = 0;
    try (ZipEntryBytes bytes = new ZipEntryBytes(file, region, entry.isPlain())) {
      for (ByteBuffer piece = bytes.next(); piece != null; piece = bytes.next()) {
        length += piece.remaining();
        if (length > entry.length()) {
          break;
        }
        crc.update(piece.duplicate());
        sink.accept(piece);
      }
    } catch (DataFormatException e) {
      throw broken("the entry '" + name + "' cannot be unpacked");
    }
    if (length != entry.length() || (int) crc.getValue() != entry.crc()) {
      throw file.refuse(
          "its entry '"
              + name
              + "' has not the checksum that the zip directory has: it is damaged");
    }
  }

  private ByteBuffer findDirectory() throws IOException {
    int length = (int) Math.min(file.size(), END_BYTES + MAX_COMMENT);
    long start = file.size() - length;
    ByteBuffer tail = file.read(start, length, "its end");
    int at = length - END_BYTES;
    while (at >= 0 && !(tail.getInt(at) == END && at + END_BYTES + comment(tail, at) == length)) {
      at--;
    }
    if (at < 0) {
      throw file.refuse(
          "it starts like a zip file but has no zip directory at its end: it is damaged or cut"
              + " short");
    }
    ByteBuffer end64 = findEnd64(start + at);
    long size = end64 != null ? end64.getLong(40) : Integer.toUnsignedLong(tail.getInt(at + 12));
    long place = end64 != null ? end64.getLong(48) : Integer.toUnsignedLong(tail.getInt(at + 16));
    return file.read(place, size, "its zip directory");
  }

  private static int comment(ByteBuffer tail, int end) {
    return Short.toUnsignedInt(tail.getShort(end + 20));
  }

  /** The zip64 record that replaces the plain one, or null if the file has none. */
  private ByteBuffer findEnd64(long end) throws IOException {
    if (end < LOCATOR_BYTES) {
      return null;
    }
    ByteBuffer locator = file.read(end - LOCATOR_BYTES, LOCATOR_BYTES, "its zip64 locator");
    if (locator.getInt(0) != END_64_LOCATOR) {
      return null;
    }
    ByteBuffer record = file.read(locator.getLong(8), END_64_BYTES, "its zip64 directory's end");
    if (record.getInt(0) != END_64) {
      throw broken("its zip64 record is not where it should be");
    }
    return record;
  }

  private void readEntries(ByteBuffer directory) throws WeightsException {
    while (directory.hasRemaining()) {
      int at = directory.position();
      if (directory.getInt(at) != ENTRY_HEADER) {
        throw broken("an entry does not start as it should");
      }
      byte[] name = new byte[Short.toUnsignedInt(directory.getShort(at + 28))];
      int extra = Short.toUnsignedInt(directory.getShort(at + 30));
      int comment = Short.toUnsignedInt(directory.getShort(at + 32));
      directory.position(at + 46).get(name);
      Entry entry = entry(directory, at, directory.slice(directory.position(), extra));
      directory.position(directory.position() + extra);
      if (directory.remaining() < comment) {
        throw new BufferUnderflowException();
      }
      directory.position(directory.position() + comment);
      if (entries.put(new String(name, StandardCharsets.UTF_8), entry) != null) {
        throw broken("an entry occurs twice");
      }
    }
  }

  private static Entry entry(ByteBuffer directory, int at, ByteBuffer extra) {
    long packed = Integer.toUnsignedLong(directory.getInt(at + 20));
    long length = Integer.toUnsignedLong(directory.getInt(at + 24));
    long header = Integer.toUnsignedLong(directory.getInt(at + 42));
    extra.order(directory.order());
    while (extra.remaining() >= 4) {
      int id = Short.toUnsignedInt(extra.getShort());
      int size = Short.toUnsignedInt(extra.getShort());
      ByteBuffer field = extra.slice(extra.position(), size).order(extra.order());
      if (id == EXTRA_64) {
        length = length == IN_EXTRA_64 ? field.getLong() : length;
        packed = packed == IN_EXTRA_64 ? field.getLong() : packed;
        header = header == IN_EXTRA_64 ? field.getLong() : header;
      }
      extra.position(extra.position() + size);
    }
    return new Entry(
        header,
        length,
        packed,
        directory.getShort(at + 10),
        directory.getShort(at + 8),
        directory.getInt(at + 16));
  }

  private WeightsException broken(String reason) {
    return file.refuse("its zip directory is damaged: " + reason);
  }
}
