package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Gradient;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.core.Numeric;
import org.jennit.demo.DigitsNet;
import org.jennit.nn.Module;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeCommandTest {
  private static final Path PHOTOS =
      Path.of(System.getProperty("jennit.data", "tests/data"), "photos");

  @TempDir Path temporary;
  private Path digits;
  private Path output;

  @BeforeEach
  void inputs() throws IOException {
    digits = temporary.resolve("digits");
    output = temporary.resolve("out");
    for (int i = 0; i < 3; i++) {
      CommandRun.digit(digits.resolve(i + ".png"), i);
    }
  }

  private CommandRun attribute(Object... more) {
    return CommandRun.of(
        Stream.concat(Stream.of("attribute", digits, "-m", "digits", "-o", output), Stream.of(more))
            .toArray());
  }

  @Test
  void aFolderBecomesHeatmapsOfTheSameNames() throws IOException {
    CommandRun run = attribute();
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("0.png 1.png 2.png settings.txt", CommandRun.files(output));
    assertEquals(4, run.out().lines().count(), run.out());
    assertTrue(run.out().startsWith("[1/3] " + digits.resolve("0.png") + ": "), run.out());
    assertTrue(run.out().endsWith("3 of 3 images explained in " + output + "\n"), run.out());
    BufferedImage heatmap = ImageIO.read(output.resolve("0.png").toFile());
    assertEquals(28, heatmap.getWidth());
    assertEquals(28, heatmap.getHeight());
  }

  @Test
  void numbersAreThoseOfTheLibrary() throws IOException {
    CommandRun run = attribute("-f", "safetensors", "-t", "3", "--gamma", "0.5");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    try (PointerScope scope = new PointerScope();
        Module model = DigitsNet.pretrained();
        StateDict written = SafeTensors.read(output.resolve("1.3.safetensors"))) {
      model.requires_grad_(false);
      Tensor image = torch.zeros(1, 1, 28, 28);
      image.narrow(2, 4, 20).narrow(3, 13, 4).fill_(new org.bytedeco.pytorch.Scalar(201 / 255f));
      var composite = new EpsilonGammaBox(new CompositeOptions().low(0).high(1).gamma(0.5));
      Attribution expected = new Gradient(model, composite).target(3).apply(image);
      Tensor relevance = written.get("relevance");
      assertArrayEquals(new long[] {1, 28, 28}, relevance.shape());
      assertTrue(torch.allclose(expected.relevance().squeeze(0), relevance, 1e-5, 1e-7, false));
      assertEquals("3", written.metadata().get("label"));
      assertEquals("3", written.metadata().get("index"));
      assertEquals("0.5", written.metadata().get("gamma"));
      assertEquals(
          expected.output().get(0).get(3).item_double(),
          Double.parseDouble(written.metadata().get("score")),
          1e-4);
    }
  }

  @Test
  void npyHoldsTheSameNumbersAsSafetensors() throws IOException {
    assertEquals(ExitCode.DONE, attribute("-f", "npy", "--dtype", "float64").exitCode());
    assertEquals(ExitCode.DONE, attribute("-f", "safetensors", "--dtype", "float64").exitCode());
    byte[] npy = Files.readAllBytes(output.resolve("2.npy"));
    String header = new String(npy, 10, 118, java.nio.charset.StandardCharsets.US_ASCII);
    assertEquals(
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 28, 28,), }", header.strip());
    assertEquals(128 + 28 * 28 * 8, npy.length);
    double[] values =
        DoubleStream.generate(
                java.nio.ByteBuffer.wrap(npy, 128, npy.length - 128)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    ::getDouble)
            .limit(28 * 28)
            .toArray();
    try (PointerScope scope = new PointerScope();
        StateDict written = SafeTensors.read(output.resolve("2.safetensors"))) {
      Tensor relevance = written.get("relevance").flatten();
      for (int i = 0; i < values.length; i++) {
        assertEquals(relevance.get(i).item_double(), values[i]);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "max, 0.png 1.png 2.png settings.txt",
    "top-2, 0.top1.png 0.top2.png 1.top1.png 1.top2.png 2.top1.png 2.top2.png settings.txt",
    "7, 0.7.png 1.7.png 2.7.png settings.txt"
  })
  void targetsNameTheFiles(String target, String files) throws IOException {
    CommandRun run = attribute("--target", target);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals(files, CommandRun.files(output));
  }

  /** But for rounding: several targets share their products. */
  @Test
  void allTargetsGiveWhatEachGivesByItself() throws IOException {
    try (PointerScope scope = new PointerScope()) {
      assertEquals(ExitCode.DONE, attribute("-t", "all", "-f", "safetensors").exitCode());
      assertTrue(
          CommandRun.files(output).contains("2.0.safetensors 2.1.safetensors 2.2.safetensors"));
      Tensor among = eighth();
      assertEquals(ExitCode.DONE, attribute("-t", "8", "-f", "safetensors").exitCode());
      Numeric.assertClose(eighth(), among, 1e-6, "target 8");
    }
  }

  private Tensor eighth() throws IOException {
    try (StateDict written = SafeTensors.read(output.resolve("0.8.safetensors"))) {
      return written.get("relevance").clone();
    }
  }

  @Test
  void classesMayBeNamed() throws IOException {
    Path labels = temporary.resolve("labels.txt");
    Files.writeString(labels, "zero\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
    CommandRun run = attribute("--labels", labels, "-t", "Seven", "-t", "2");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals(
        "0.2.png 0.7.png 1.2.png 1.7.png 2.2.png 2.7.png settings.txt", CommandRun.files(output));
    CommandRun wrong = attribute("--labels", labels, "-t", "sev");
    assertEquals(ExitCode.USAGE, wrong.exitCode());
    assertTrue(wrong.error().contains("no class 'sev'"), wrong.err());
    assertTrue(wrong.error().endsWith("there are seven"), wrong.err());
  }

  @Test
  void layersAreWrittenBesideTheInput() throws IOException {
    CommandRun run = attribute("--layer", "features.3,classifier.0", "-f", "safetensors");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    try (StateDict layer = SafeTensors.read(output.resolve("0.features.3.safetensors"));
        StateDict dense = SafeTensors.read(output.resolve("0.classifier.0.safetensors"))) {
      assertArrayEquals(new long[] {24, 14, 14}, layer.get("relevance").shape());
      assertArrayEquals(new long[] {48}, dense.get("relevance").shape());
      assertEquals("features.3", layer.metadata().get("module"));
    }
    assertEquals(
        ExitCode.DONE, attribute("--layer", "features.3,classifier.0", "--overlay").exitCode());
    assertEquals(28, ImageIO.read(output.resolve("0.features.3.png").toFile()).getWidth());
    assertEquals(1, ImageIO.read(output.resolve("0.classifier.0.png").toFile()).getHeight());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smoothgrad --n-iter 3 --noise-level 0.2 --seed 4",
        "integrated_gradients --n-iter 3",
        "input_x_gradient",
        "saliency",
        "occlusion --window 14 --stride 14",
        "occlusion --window 1,7,14",
        "gradcam --layer features.4",
        "gradient --composite none",
        "gradient --composite epsilon_plus --epsilon 1e-3 --zero-params bias",
        "smoothgrad --n-iter 2 --composite guided_backprop"
      })
  void everyAttributorRuns(String options) throws IOException {
    Object[] words = ("--attributor " + options).split(" ", -1);
    CommandRun run = attribute(words);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("0.png 1.png 2.png settings.txt", CommandRun.files(output));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-f png --overlay", "-f npy", "-f safetensors", "-f npy -a smoothgrad --n-iter 2"})
  void equalSettingsGiveEqualBytes(String options) throws IOException {
    Object[] words = options.split(" ", -1);
    assertEquals(ExitCode.DONE, attribute(words).exitCode());
    String[] names = CommandRun.files(output).split(" ", -1);
    byte[][] first = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      first[i] = Files.readAllBytes(output.resolve(names[i]));
    }
    assertEquals(ExitCode.DONE, attribute(words).exitCode());
    for (int i = 0; i < names.length; i++) {
      assertArrayEquals(first[i], Files.readAllBytes(output.resolve(names[i])), names[i]);
    }
  }

  @Test
  void normsAndMapsChangeThePicture() throws IOException {
    byte[][] pictures = new byte[4][];
    Object[][] options = {
      {"--symmetric"},
      {"--relevance-norm", "absolute"},
      {"--relevance-norm", "unaligned", "--cmap", "france"},
      {"--overlay", "0.3"}
    };
    for (int i = 0; i < options.length; i++) {
      assertEquals(ExitCode.DONE, attribute(options[i]).exitCode());
      pictures[i] = Files.readAllBytes(output.resolve("0.png"));
      for (int j = 0; j < i; j++) {
        assertFalse(java.util.Arrays.equals(pictures[i], pictures[j]), i + " and " + j);
      }
    }
  }

  @Test
  void anOverlayOfNothingIsTheInput() throws IOException {
    assertEquals(ExitCode.DONE, attribute("--overlay=0").exitCode());
    BufferedImage overlay = ImageIO.read(output.resolve("1.png").toFile());
    assertEquals(0xff000000 | 201 * 0x010101, overlay.getRGB(14, 10));
    assertEquals(0xff000000, overlay.getRGB(0, 0));
  }

  @Test
  void unreadableInputsAreReportedAtTheEnd() throws IOException {
    Files.writeString(digits.resolve("1.png"), "no picture");
    Path missing = temporary.resolve("missing.png");
    CommandRun run = attribute(missing, "--batch-size", "2");
    assertEquals(ExitCode.UNREADABLE_INPUTS, run.exitCode());
    assertEquals("jennit: 2 of 4 inputs could not be read:", run.error());
    assertTrue(run.err().contains("  " + digits.resolve("1.png") + ": cannot be read"), run.err());
    assertTrue(run.err().contains("  " + missing + ": no such image file"), run.err());
    assertEquals("0.png 2.png settings.txt", CommandRun.files(output));
  }

  @Test
  void resumeSkipsWhatIsThere() throws IOException {
    assertEquals(ExitCode.DONE, attribute("--resume").exitCode());
    Files.delete(output.resolve("1.png"));
    FileTime old = FileTime.fromMillis(1);
    Files.setLastModifiedTime(output.resolve("0.png"), old);
    CommandRun run = attribute("--resume");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().contains("1 of 3 images explained in " + output + ", 2 were there"));
    assertEquals(old, Files.getLastModifiedTime(output.resolve("0.png")));
    assertEquals("0.png 1.png 2.png settings.txt", CommandRun.files(output));
  }

  @Test
  void resumeRefusesOtherSettings() {
    assertEquals(ExitCode.DONE, attribute().exitCode());
    CommandRun run = attribute("--resume", "--cmap", "bwr");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().contains("other settings"), run.err());
    assertTrue(run.error().contains("cmap = bwr"), run.err());
  }

  @Test
  void resultsInsideTheInputFolderAreNoInputs() throws IOException {
    Path inside = digits.resolve("heatmaps");
    for (int i = 0; i < 2; i++) {
      CommandRun run = CommandRun.of("attribute", digits, "-m", "digits", "-o", inside);
      assertEquals(ExitCode.DONE, run.exitCode(), run.err());
      assertEquals("0.png 1.png 2.png settings.txt", CommandRun.files(inside));
    }
  }

  @Test
  void aReportHoldsInputsPredictionsSettingsAndConservation() throws IOException {
    Path report = temporary.resolve("pages/report.html");
    CommandRun run = attribute("--report", report, "--cmap", "france", "--layer", "features.0");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    String page = Files.readString(report);
    for (String part :
        new String[] {
          "Explanations of digits", "2.png: ", ", at features.0", "france", "classifier.2"
        }) {
      assertTrue(page.contains(part), part);
    }
    assertTrue(CommandRun.files(temporary).endsWith(" pages/report.html"));
    assertEquals(ExitCode.DONE, attribute("--report", report, "-a", "saliency").exitCode());
    assertFalse(Files.readString(report).contains("classifier.2"));
    assertEquals(ExitCode.DONE, attribute("--report", report, "--no-conservation").exitCode());
    assertFalse(Files.readString(report).contains("classifier.2"));
  }

  @Test
  void aReportDoesNotChangeTheResults() throws IOException {
    assertEquals(ExitCode.DONE, attribute("-f", "npy").exitCode());
    byte[] without = Files.readAllBytes(output.resolve("2.npy"));
    Path report = temporary.resolve("report.html");
    assertEquals(ExitCode.DONE, attribute("-f", "npy", "--report", report).exitCode());
    assertArrayEquals(without, Files.readAllBytes(output.resolve("2.npy")));
  }

  @Test
  void photosGoThroughAnArchitecture() throws IOException {
    CommandRun run =
        CommandRun.of(
            "attribute",
            PHOTOS.resolve("astronaut.png"),
            PHOTOS.resolve("chelsea_grey.png"),
            "-m",
            "resnet18",
            "--random-weights",
            "--crop",
            "64",
            "--size",
            "64",
            "-c",
            "epsilon_plus",
            "--target",
            "tabby",
            "--batch-size",
            "2",
            "-o",
            output);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("astronaut.281.png chelsea_grey.281.png settings.txt", CommandRun.files(output));
    assertEquals(64, ImageIO.read(output.resolve("astronaut.281.png").toFile()).getWidth());
  }

  @Test
  void aTorchScriptFileIsAModel() throws IOException {
    Path file =
        Path.of(
            System.getProperty("jennit.vectors", "tests/data/vectors"),
            "torchscript/tiny_vgg_traced.pt");
    CommandRun run =
        CommandRun.of(
            "attribute",
            PHOTOS.resolve("chelsea.png"),
            "-m",
            file,
            "--crop=32",
            "--size=32",
            "-o",
            output);
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("chelsea.png settings.txt", CommandRun.files(output));
  }
}
