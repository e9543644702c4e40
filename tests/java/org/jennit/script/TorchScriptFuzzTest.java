package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.bytedeco.javacpp.PointerScope;
import org.jennit.JennitException;
import org.jennit.nn.Module;
import org.jennit.weights.Damage;
import org.jennit.weights.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged TorchScript files load or are refused by a JennitException; they never end the process.
 * Half of them are damaged anywhere, half within their entries, whose checksums are mended so that
 * the damage reaches the reader. {@code -Djennit.fuzz.runs=N} runs N / 4, {@code
 * -Djennit.fuzz.seed=S} others.
 */
class TorchScriptFuzzTest {
  private static final int RUNS = Integer.getInteger("jennit.fuzz.runs", 2000) / 4;
  private static final long SEED = Long.getLong("jennit.fuzz.seed", 1);

  @TempDir private Path folder;

  @Test
  void damagedFilesLoadOrAreRefused() throws Exception {
    Path progress = folder.resolve("progress");
    List<String> lines;
    try {
      lines =
          Memory.run(
              Load.class,
              ScriptFiles.SCRIPTED_RESNET.toAbsolutePath().toString(),
              folder.toString(),
              Long.toString(SEED),
              "0",
              Integer.toString(RUNS));
    } catch (AssertionError e) {
      throw new AssertionError("in run " + Files.readString(progress) + " of seed " + SEED, e);
    }
    assertEquals(2, lines.size(), lines::toString);
    int refused = Integer.parseInt(lines.get(0));
    assertEquals(RUNS, refused + Integer.parseInt(lines.get(1)));
    assertTrue(refused > RUNS / 4, lines::toString);
  }

  /** Loads damaged files; prints how many were refused and how many loaded. */
  static final class Load {
    public static void main(String... arguments) throws IOException {
      Path source = Path.of(arguments[0]);
      Path folder = Path.of(arguments[1]);
      long seed = Long.parseLong(arguments[2]);
      byte[] whole = Files.readAllBytes(source);
      Map<String, byte[]> entries = entries(source);
      int refused = 0;
      int loaded = 0;
      for (int run = Integer.parseInt(arguments[3]); run < Integer.parseInt(arguments[4]); run++) {
        Files.writeString(folder.resolve("progress"), Integer.toString(run));
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + run);
        byte[] damaged =
            random.nextBoolean()
                ? Damage.damage(List.of(whole), random)
                : archive(damagedEntries(entries, random));
        Path file = Files.write(folder.resolve("damaged.pt"), damaged);
        try (PointerScope scope = new PointerScope();
            Module model = TorchScript.load(file)) {
          model.state_dict().values().forEach(tensor -> tensor.ne(tensor).any().item_bool());
          loaded++;
        } catch (JennitException e) {
          require(e.getMessage().contains(file.toString()), "no file in: " + e.getMessage());
          require(!e.getMessage().contains("Exception raised from"), "a stack: " + e.getMessage());
          refused++;
        }
        Files.delete(file);
      }
      System.out.println(refused);
      System.out.println(loaded);
    }

    private static void require(boolean condition, String message) {
      if (!condition) {
        throw new AssertionError(message);
      }
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
