package org.jennit.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** The exported programs of the vectors, and files made from them by other words. */
final class ExportedFiles {
  static final Path FOLDER =
      Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"), "sequence", "exported");

  private static final ObjectMapper JSON = new ObjectMapper();

  private ExportedFiles() {}

  static Path file(String name) {
    return FOLDER.resolve(name + ".pt2");
  }

  /** The entries of an archive by name. */
  static Map<String, byte[]> entries(Path archive) {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An archive of these entries, none compressed, as PyTorch writes it. */
  static byte[] archive(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      write(entries, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Writes such an archive. */
  static void write(Map<String, byte[]> entries, OutputStream out) throws IOException {
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry stored = new ZipEntry(entry.getKey());
        CRC32 crc = new CRC32();
        crc.update(entry.getValue());
        stored.setMethod(ZipEntry.STORED);
        stored.setSize(entry.getValue().length);
        stored.setCrc(crc.getValue());
        zip.putNextEntry(stored);
        zip.write(entry.getValue());
      }
    }
  }

  /** A copy of an archive, the JSON of whose entry that ends so is changed. */
  static Path edited(Path source, Path target, String end, Consumer<JsonNode> edit) {
    Map<String, byte[]> entries = entries(source);
    try {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        if (entry.getKey().endsWith(end)) {
          JsonNode json = JSON.readTree(entry.getValue());
          edit.accept(json);
          entry.setValue(JSON.writeValueAsBytes(json));
        }
      }
      return Files.write(target, archive(entries));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
