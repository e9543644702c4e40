package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Composite;
import org.jennit.export.ExportedProgram;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a file of torch.export, whatever it is called. */
class ExportedCommandsTest {
  @TempDir Path temporary;

  private Path model;
  private Path image;

  @BeforeEach
  void files() throws IOException {
    Path vectors = Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));
    model =
        Files.copy(
            vectors.resolve("sequence/exported/resnet_like.pt2"), temporary.resolve("model.pt"));
    BufferedImage picture = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      picture.setRGB(i % 16, i / 16, i << 16 | (255 - i) << 8 | (7 * i) % 256);
    }
    image = temporary.resolve("picture.png");
    ImageIO.write(picture, "png", image.toFile());
  }

  private CommandRun run(String command, Object... more) {
    return CommandRun.of(
        Stream.of(
                Stream.of(command, image, "-m", model, "-c", "epsilon_plus", "-t", "1"),
                Stream.of("--size=16", "--crop=16", "--mean=0,0,0", "--std=1,1,1"),
                Stream.of(more))
            .flatMap(part -> part)
            .toArray());
  }

  @Test
  void attributeGivesTheNumbersOfTheLibraryWithAndWithoutCanonizers() throws IOException {
    List<String> plain = List.of("-f", "safetensors", "-o", temporary.resolve("out").toString());
    List<String> merged =
        Stream.concat(plain.stream(), Stream.of("--canonizer", "SequentialMergeBatchNorm"))
            .toList();
    for (List<String> options : List.of(plain, merged)) {
      CommandRun run = run("attribute", options.toArray());
      assertEquals(ExitCode.DONE, run.exitCode(), run.err());
      Composite composite =
          options == plain
              ? new EpsilonPlus()
              : new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm()));
      try (PointerScope scope = new PointerScope();
          ExportedProgram program = ExportedProgram.load(model);
          StateDict written =
              SafeTensors.read(temporary.resolve("out").resolve("picture.1.safetensors"))) {
        program.to(ScalarType.Float);
        Tensor expected =
            new Gradient(program, composite).target(1).apply(input()).relevance().squeeze(0);
        Tensor relevance = written.get("relevance");
        assertTrue(
            torch.allclose(expected, relevance, 1e-4, 1e-6, false),
            () -> expected.sub(relevance).abs().max().item_double() + " apart");
      }
    }
  }

  /** The picture as the command reads it without resizing and normalization. */
  private static Tensor input() {
    Tensor places = torch.arange(new Scalar(256)).to(ScalarType.Float).reshape(1, 1, 16, 16);
    Tensor blue = places.mul(new Scalar(7)).remainder(new Scalar(256));
    Tensor green = places.neg().add(new Scalar(255));
    return torch.cat(new TensorVector(places, green, blue), 1).div(new Scalar(255));
  }

  @Test
  void conserveAccountsForItsModules() {
    CommandRun run = run("conserve");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().contains("layer1.0"), run.out());
    assertTrue(run.out().lines().anyMatch(line -> line.startsWith("(model)")), run.out());
  }

  @Test
  void aTargetThatTheModelDoesNotHaveIsRefused() {
    CommandRun run = run("attribute", "-o", temporary.resolve("out"), "-t", "1000");
    assertTrue(run.exitCode() != ExitCode.DONE);
    assertTrue(run.error().contains("1000"), run.err());
  }
}
