package org.jennit.weights;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes pickles opcode by opcode, as Latin-1 text, and the files that torch.save would put them
 * in.
 */
final class TorchFiles {
  static final String V2 = global("torch._utils", "_rebuild_tensor_v2");
  static final String V3 = global("torch._utils", "_rebuild_tensor_v3");
  static final String HOOKS = call(global("collections", "OrderedDict"));

  private TorchFiles() {}

  static String text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return "X" + latin(little(4).putInt(utf8.length).array()) + latin(utf8);
  }

  static String number(long number) {
    return "\u008a\u0008" + latin(little(8).putLong(number).array());
  }

  static String global(String module, String name) {
    return "c" + module + "\n" + name + "\n";
  }

  static String tuple(String... items) {
    return "(" + String.join("", items) + "t";
  }

  static String numbers(long... numbers) {
    StringBuilder items = new StringBuilder();
    for (long number : numbers) {
      items.append(number(number));
    }
    return tuple(items.toString());
  }

  static String call(String function, String... arguments) {
    return function + tuple(arguments) + "R";
  }

  static String dict(String... keysAndValues) {
    return "}(" + String.join("", keysAndValues) + "u";
  }

  static String storage(String type, String key, long elements, String... view) {
    String module = type.startsWith("Untyped") ? "torch.storage" : "torch";
    String[] parts = {
      text("storage"), global(module, type), text(key), text("cpu"), number(elements)
    };
    return tuple(String.join("", parts), String.join("", view)) + "Q";
  }

  static String tensor(String storage, long offset, String sizes, String strides, String... more) {
    return call(
        V2, storage, number(offset), sizes, strides, "\u0089", HOOKS, String.join("", more));
  }

  static String pickle(String body) {
    return "\u0080\u0002" + body + ".";
  }

  static Path zip(Path file, String pickle, Map<String, byte[]> entries) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      store(zip, "archive/data.pkl", bytes(pickle));
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        store(zip, "archive/" + entry.getKey(), entry.getValue());
      }
    }
    return file;
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
  }

  static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }
}
