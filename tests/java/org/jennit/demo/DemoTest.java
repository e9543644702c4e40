package org.jennit.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.composites.Composites;
import org.jennit.nn.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @Test
  void writesPicturesOfTenDigits(@TempDir Path folder) throws IOException {
    List<String> lines = new ArrayList<>();
    Demo.run(folder, lines::add);
    assertEquals(6, lines.size());
    for (String name : List.of("input", "relevance", "softplus", "adversarial")) {
      BufferedImage picture = ImageIO.read(folder.resolve(name + ".png").toFile());
      assertEquals(280, picture.getWidth(), name);
      assertEquals(28, picture.getHeight(), name);
    }
    // CPLRP is AttnLRP where there is no attention.
    Path composites = folder.resolve("composites");
    assertArrayEquals(
        Files.readAllBytes(composites.resolve("attnlrp.png")),
        Files.readAllBytes(composites.resolve("cplrp.png")));
    Files.delete(composites.resolve("cplrp.png"));
    assertEquals(Composites.all().size() - 1, names(composites).size());
    assertPicturesOfThePages(composites);
    assertPicturesOfThePages(folder.resolve("rules"));
  }

  /** The pages show these, each of ten digits at twice their size, and no two alike. */
  private static void assertPicturesOfThePages(Path folder) throws IOException {
    Path shown = Path.of("src/site/resources").resolve(folder.getFileName());
    assertEquals(names(shown), names(folder));
    Set<ByteBuffer> pictures = new HashSet<>();
    for (String name : names(folder)) {
      BufferedImage picture = ImageIO.read(folder.resolve(name).toFile());
      assertEquals(560, picture.getWidth(), name);
      assertEquals(56, picture.getHeight(), name);
      pictures.add(ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name))));
    }
    assertEquals(names(folder).size(), pictures.size());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theShippedWeightsReadNinetySevenPercent() {
    try (PointerScope scope = new PointerScope();
        Digits digits = Digits.load();
        Module model = DigitsNet.pretrained()) {
      assertEquals(5000, digits.train_labels().numel());
      assertEquals(1000, digits.test_labels().numel());
      assertTrue(DigitsNet.accuracy(model, digits.test_images(), digits.test_labels()) >= 0.97);
    }
  }

  @Test
  void trainingIsReproducibleBySeed() {
    try (PointerScope scope = new PointerScope();
        Digits digits = Digits.load();
        Module first = train(digits, 1);
        Module again = train(digits, 1);
        Module other = train(digits, 2)) {
      Tensor images = digits.test_images();
      assertTrue(torch.equal(first.forward(images), again.forward(images)));
      assertTrue(!torch.equal(first.forward(images), other.forward(images)));
    }
  }

  /** One epoch of the five thousand digits. */
  private static Module train(Digits digits, long seed) {
    ByteArrayOutputStream progress = new ByteArrayOutputStream();
    Module model =
        TrainDigits.train(digits, 1, seed, new PrintStream(progress, true, StandardCharsets.UTF_8));
    assertTrue(progress.toString(StandardCharsets.UTF_8).contains("epoch  1  loss"));
    return model;
  }
}
