package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  /** The line of one module, with single spaces. */
  private static String line(CommandRun run, String start) {
    return run.out()
        .lines()
        .map(line -> line.strip().replaceAll(" +", " "))
        .filter(line -> line.startsWith(start))
        .findFirst()
        .orElse("no line starts with " + start + ":\n" + run.out());
  }

  @Test
  void theTreeOfTheDigits() {
    CommandRun run = CommandRun.of("inspect", "digits");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertEquals("module type output parameters", line(run, "module"));
    assertEquals("(root) Sequential 1 x 10", line(run, "(root)"));
    assertEquals(
        "2 Linear(in_features=48, out_features=10, bias=True) 1 x 10 490", line(run, "2 Linear"));
    // 12 * 9 + 12, 24 * 12 * 9 + 24, 48 * 1176 + 48, 10 * 48 + 10.
    assertEquals("59,722 parameters", line(run, "59,722"));
    assertEquals("", run.err());
  }

  @Test
  void theRulesOfAComposite() {
    CommandRun run = CommandRun.of("inspect", "digits", "-c", "epsilon_gamma_box");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(line(run, "0 Conv2d").contains("1 x 12 x 28 x 28 ZBox 120"), run.out());
    assertTrue(line(run, "3 Conv2d").contains("1 x 24 x 14 x 14 Gamma 2,616"), run.out());
    assertTrue(line(run, "0 Linear").contains("1 x 48 Epsilon 56,496"), run.out());
    assertFalse(run.out().contains("Without a rule"), run.out());
  }

  @Test
  void whatCanonizersWouldDo() {
    CommandRun run =
        CommandRun.of(
            "inspect", "resnet18", "-c", "epsilon_plus", "--crop=64", "--num-classes", "5");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("ResNetCanonizer would change:"), run.out());
    assertEquals("conv1 (Conv2d): other weight and bias", line(run, "conv1 (Conv2d)"));
    assertEquals("bn1 (BatchNorm2d): becomes the identity", line(run, "bn1 (BatchNorm2d)"));
    assertEquals("layer1.0 (BasicBlock): another forward", line(run, "layer1.0 ("));
    assertEquals("canonizer_sum Sum() 1 x 64 x 16 x 16 Norm", line(run, "canonizer_sum"));
  }

  @Test
  void aCanonizerThatFindsNothing() {
    CommandRun run = CommandRun.of("inspect", "digits", "--canonizer", "SequentialMergeBatchNorm");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(run.out().startsWith("SequentialMergeBatchNorm would change nothing."), run.out());
  }

  @Test
  void anInputThatTheModelDoesNotTake() {
    CommandRun run = CommandRun.of("inspect", "digits", "--crop", "20");
    assertEquals(ExitCode.DONE, run.exitCode());
    assertTrue(run.error().contains("does not take an input of 1 x 1 x 20 x 20"), run.err());
    assertTrue(run.out().contains("59,722 parameters"), run.out());
  }

  @Test
  void anExportedProgramWithTheLinesOfItsSource(@TempDir Path folder) throws IOException {
    Path vectors = Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"));
    // Told by its content.
    Path file =
        Files.copy(
            vectors.resolve("sequence/exported/cnn_residual_dynamic.pt2"),
            folder.resolve("model.pt"));
    CommandRun run = CommandRun.of("inspect", file, "--crop", "8", "-c", "epsilon_plus");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(line(run, "stem Conv2d").contains("ZPlus"), run.out());
    assertTrue(line(run, "stem Conv2d").contains("part_exported.py:22"), run.out());
    assertTrue(line(run, "add_1 Sum").contains("Norm"), run.out());
    assertTrue(line(run, "add_1 Sum").contains("part_exported.py:22"), run.out());
  }

  @Test
  void aTorchScriptFile() {
    Path file =
        Path.of(
            System.getProperty("jennit.vectors", "tests/data/vectors"),
            "torchscript/tiny_resnet_traced.pt");
    CommandRun run = CommandRun.of("inspect", file, "--crop", "32", "-c", "epsilon_plus");
    assertEquals(ExitCode.DONE, run.exitCode(), run.err());
    assertTrue(line(run, "conv1 Conv2d").contains("ZPlus"), run.out());
    assertTrue(line(run, "fc Linear").contains("Epsilon"), run.out());
  }

  @Test
  void anUnknownModel() {
    CommandRun run = CommandRun.of("inspect", "nothing");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().contains("neither a file nor an architecture"), run.err());
  }
}
