package org.jennit.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Memory stays flat however long the library is used: {@code -Djennit.soak.share=1} for the full
 * length, whose curve {@code target/soak.txt} holds.
 */
class SoakTest {
  private static final double MEBIBYTE = 1 << 20;

  @TempDir private Path folder;

  @Test
  void memoryStaysFlat() throws Exception {
    String share = System.getProperty("jennit.soak.share", "0.02");
    ChildJvm.Result child =
        ChildJvm.of(Soak.class)
            .options(
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-Djennit.vectors=" + System.getProperty("jennit.vectors", "tests/data/vectors"),
                "-Djennit.data=" + System.getProperty("jennit.data", "tests/data"))
            .within(3600)
            .run(folder.toString(), share)
            .succeeded();
    Files.writeString(Path.of("target/soak.txt"), child.out());
    Map<String, List<Double>> curves = new LinkedHashMap<>();
    Map<String, String> left = new LinkedHashMap<>();
    for (String line : child.out().lines().toList()) {
      List<String> words = List.of(line.split(" ", -1));
      if (words.size() == 3) {
        double bytes = Double.parseDouble(words.get(2));
        curves.computeIfAbsent(words.get(0), name -> new ArrayList<>()).add(bytes / MEBIBYTE);
      } else {
        left.put(words.get(0), words.get(1));
      }
    }
    assertEquals(16, curves.size(), curves.keySet().toString());
    curves.forEach(SoakTest::assertFlat);
    assertEquals("0", left.get("RULE_NODE"));
    assertEquals("0", left.get("HOOK"));
    assertEquals("0", left.get("TENSOR"));
  }

  /**
   * The last quarter has no more than the one before it, but for what the collector has yet to take
   * and what the JVM compiles.
   */
  private static void assertFlat(String name, List<Double> curve) {
    int quarter = curve.size() / 4;
    double early = median(curve.subList(2 * quarter, 3 * quarter));
    double late = median(curve.subList(curve.size() - quarter, curve.size()));
    assertTrue(late - early < 4, () -> name + " grew from " + early + " to " + late + " MiB");
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
