package org.jennit.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jennit.weights.Damage;
import org.jennit.weights.FuzzRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged exported programs load or are refused by a JennitException; they never end the process. A
 * third is damaged anywhere, a third within the entries, and in a third words and numbers of the
 * JSON change places, so that the damage reaches the graph. See {@link FuzzRuns}.
 */
class ExportedFuzzTest {
  @TempDir private Path folder;

  @Test
  void damagedFilesLoadOrAreRefused() throws Exception {
    FuzzRuns.check(Load.class, ExportedFiles.FOLDER, folder);
  }

  /** Loads damaged files; prints how many were refused and how many loaded. */
  static final class Load {
    private static final List<String> SOURCES =
        List.of(
            "cnn_residual_dynamic",
            "tied",
            "lstm_classifier",
            "two_inputs_two_outputs",
            "vit_decomposed",
            "gpt2_eager",
            "llama_eager");

    private static final Pattern WORD = Pattern.compile("\"[^\"\\\\]*\"|-?\\d+|true|false|null");

    public static void main(String... arguments) throws IOException {
      FuzzRuns.loadAll(
          arguments,
          random -> {
            String source = SOURCES.get(random.nextInt(SOURCES.size())) + ".pt2";
            return damaged(Path.of(arguments[0]).resolve(source), random);
          },
          ExportedProgram::load);
    }

    private static byte[] damaged(Path source, SplittableRandom random) throws IOException {
      int kind = random.nextInt(3);
      if (kind == 0) {
        return Damage.damage(List.of(Files.readAllBytes(source)), random);
      }
      Map<String, byte[]> entries = new LinkedHashMap<>(ExportedFiles.entries(source));
      List<String> names = new ArrayList<>(entries.keySet());
      names.removeIf(name -> kind == 2 && !name.endsWith(".json"));
      String model = names.stream().filter(name -> name.endsWith("/model.json")).findFirst().get();
      String name = random.nextInt(4) < 3 ? model : names.get(random.nextInt(names.size()));
      byte[] content = entries.get(name);
      entries.put(
          name,
          kind == 1
              ? Damage.damage(List.of(content), random)
              : exchanged(new String(content, StandardCharsets.UTF_8), random)
                  .getBytes(StandardCharsets.UTF_8));
      return ExportedFiles.archive(entries);
    }

    /** The text with one word or number in the place of another, one to three times. */
    private static String exchanged(String text, SplittableRandom random) {
      String changed = text;
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        List<int[]> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(changed);
        while (matcher.find()) {
          words.add(new int[] {matcher.start(), matcher.end()});
        }
        int[] from = words.get(random.nextInt(words.size()));
        int[] to = words.get(random.nextInt(words.size()));
        changed =
            changed.substring(0, to[0])
                + changed.substring(from[0], from[1])
                + changed.substring(to[1]);
      }
      return changed;
    }
  }
}
