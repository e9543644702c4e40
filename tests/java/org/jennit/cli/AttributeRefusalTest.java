package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.JennitCore;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong command lines: one sentence that names the option, and nothing written. */
class AttributeRefusalTest {
  @TempDir Path temporary;
  private Path digit;
  private Path output;

  @BeforeEach
  void input() throws IOException {
    digit = CommandRun.digit(temporary.resolve("digit.png"), 0);
    output = temporary.resolve("out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-m nothing | --model: 'nothing' is neither a file nor an architecture",
        "-m vgg16 | --model: vgg16 comes without weights",
        "-m resnet18 --random-weights --num-classes 0 | --num-classes: num_classes must be",
        "-m digits --num-classes 3 | --num-classes: the digits network has ten outputs",
        "-m digits -c nothing | --composite: there is no composite 'nothing'",
        "-m digits --canonizer nothing | --canonizer: there is no canonizer 'nothing'",
        "-m digits --canonizer none,VGGCanonizer | --canonizer: 'none' does not go with others",
        "-m digits -a nothing | Invalid value for option '--attributor'",
        "-m digits -a saliency --n-iter 3 | --n-iter: means nothing for the attributor saliency",
        "-m digits --noise-level 3 | --noise-level: means nothing",
        "-m digits --window 3 | --window: means nothing",
        "-m digits -a smoothgrad --stride 3 | --stride: means nothing",
        "-m digits -a saliency --layer features.0 | --layer: means nothing",
        "-m digits -a gradcam | --attributor: gradcam needs one layer",
        "-m digits -a smoothgrad --n-iter 0 | --n-iter: n_iter must be at least 1",
        "-m digits -a occlusion --window 0 | --window: window must be positive",
        "-m digits -t horse | --target: there is no class 'horse'",
        "-m digits -t 10 | --target: there is no output 10",
        "-m digits -t top-11 | --target: the model has 10 outputs, not 11",
        "-m digits -t top-0 | --target: of the largest outputs",
        "-m digits -t all -t 3 | --target: 'all' does not go with other targets",
        "-m digits --cmap nothing | --cmap: colour map 'nothing'",
        "-m digits --level NaN | --level: level must be finite",
        "-m digits --symmetric --relevance-norm absolute | --symmetric does not go",
        "-m digits --overlay=2 | --overlay: must be from 0 to 1",
        "-m digits --low 1,2 | --low: give one value",
        "-m digits --crop 0 | --size, --crop, --mean, --std: Preprocessing: crop",
        "-m digits --device tpu | --device: there is no device 'tpu'",
        "-m digits --dtype int8 | Invalid value for option '--dtype'",
        "-m digits --threads 0 | --threads must be at least 1",
        "-m digits --batch-size 0 | --batch-size must be at least 1",
        "-m digits --workers 0 | --workers must be at least 1",
        "-m digits --report r.html --resume | --report does not go with --resume",
        "-m digits --report r.html --level 0 | --report: level of a report must be above 0",
        "-m digits --format gif | Invalid value for option '--format'"
      })
  void isWrongUsage(String options, String error) {
    CommandRun run = attribute(options);
    assertEquals(ExitCode.USAGE, run.exitCode(), run.err());
    assertTrue(run.error().startsWith("jennit: " + error), run.err());
    assertEquals(2, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("digit.png")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-m digits --layer features.9 | features.9",
        "-m digits --crop 20 --size 20 | in module 'classifier.0' (Linear)",
        "-m digits -w nothing.pth | nothing.pth: it does not exist: check the name",
        "-m digits -w {digit} | {digit}: it is a picture, no model or weights",
        "-m {digit} | {digit}: it is a picture, no model",
        "-m digits --labels nothing.txt | nothing.txt does not exist",
        "-m digits --labels {digit} | {digit} is not a text in UTF-8"
      })
  void fails(String options, String error) {
    CommandRun run = attribute(options.replace("{digit}", digit.toString()));
    assertEquals(ExitCode.FAILED, run.exitCode(), run.err());
    assertTrue(run.error().contains(error.replace("{digit}", digit.toString())), run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertFalse(Files.exists(output.resolve("digit.png")));
  }

  private CommandRun attribute(String options) {
    return CommandRun.of(
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of("attribute", digit, "-o", output),
                java.util.Arrays.stream(options.split(" ", -1)))
            .toArray());
  }

  @Test
  void cudaThatIsNotThereIsSaidSo() {
    JennitCore.load();
    Assumptions.assumeFalse(torch.cuda_is_available());
    CommandRun run = attribute("-m digits --device cuda");
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().contains("no CUDA device; use cpu"), run.err());
  }

  @Test
  void aFolderWithoutImages() throws IOException {
    Path empty = Files.createDirectory(temporary.resolve("empty"));
    CommandRun run = CommandRun.of("attribute", empty, "-m", "digits", "-o", output);
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertEquals("jennit: INPUT: there are no images in " + empty, run.error());
  }

  @Test
  void twoInputsOfOneName() throws IOException {
    Path other = CommandRun.digit(temporary.resolve("b/digit.png"), 1);
    CommandRun run = CommandRun.of("attribute", digit, other, "-m", "digits", "-o", output);
    assertEquals(ExitCode.USAGE, run.exitCode());
    assertTrue(run.error().contains("the same results as another input"), run.err());
  }
}
