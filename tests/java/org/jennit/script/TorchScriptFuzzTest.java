package org.jennit.script;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jennit.weights.Damage;
import org.jennit.weights.FuzzRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged TorchScript files load or are refused by a JennitException; they never end the process.
 * Half of them are damaged anywhere, half within their entries, whose checksums are mended so that
 * the damage reaches the reader. See {@link FuzzRuns}.
 */
class TorchScriptFuzzTest {
  @TempDir private Path folder;

  @Test
  void damagedFilesLoadOrAreRefused() throws Exception {
    FuzzRuns.check(Load.class, ScriptFiles.SCRIPTED_RESNET, folder);
  }

  /** Loads damaged files; prints how many were refused and how many loaded. */
  static final class Load {
    public static void main(String... arguments) throws IOException {
      Path source = Path.of(arguments[0]);
      byte[] whole = Files.readAllBytes(source);
      Map<String, byte[]> entries = entries(source);
      FuzzRuns.loadAll(
          arguments,
          random ->
              random.nextBoolean()
                  ? Damage.damage(List.of(whole), random)
                  : archive(damagedEntries(entries, random)),
          TorchScript::load);
    }

    private static Map<String, byte[]> entries(Path source) throws IOException {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      try (ZipFile zip = new ZipFile(source.toFile())) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
          entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
        }
      }
      return entries;
    }

    /** Mostly the pickle of the objects, sometimes another entry. */
    private static Map<String, byte[]> damagedEntries(
        Map<String, byte[]> entries, SplittableRandom random) {
      Map<String, byte[]> damaged = new LinkedHashMap<>(entries);
      List<String> names = new ArrayList<>(entries.keySet());
      String data = names.stream().filter(name -> name.endsWith("/data.pkl")).findFirst().get();
      String name = random.nextInt(4) < 3 ? data : names.get(random.nextInt(names.size()));
      damaged.put(name, Damage.damage(List.of(entries.get(name)), random));
      return damaged;
    }

    private static byte[] archive(Map<String, byte[]> entries) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
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
      return bytes.toByteArray();
    }
  }
}
