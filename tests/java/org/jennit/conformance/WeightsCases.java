package org.jennit.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.weights.LoadOptions;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;
import org.jennit.weights.WeightsException;

/** The kinds {@code weights} and {@code refuse} of models.json: whole folders of weight files. */
public final class WeightsCases {
  private static final String SAFETENSORS = ".safetensors";

  private WeightsCases() {}

  /** A check of one file: null, or what is wrong. */
  private interface Check {
    String failure(Path file) throws IOException;
  }

  /**
   * Every .pth and .pt of folder/weights holds the bits of the .safetensors that it is named after.
   */
  public static void weights(Path folder, JsonNode caseNode) {
    List<Path> files = files(folder.resolve("weights"));
    List<Path> expected = files.stream().filter(f -> f.toString().endsWith(SAFETENSORS)).toList();
    List<Path> pickled = files.stream().filter(f -> !expected.contains(f)).toList();
    requireAll(caseNode, pickled, file -> difference(file, partner(file, expected)));
  }

  /** Every file of folder/refuse is refused by an error that names the file and a reason. */
  public static void refuse(Path folder, JsonNode caseNode) {
    requireAll(caseNode, files(folder.resolve("refuse")), WeightsCases::acceptance);
    if (Files.exists(Path.of("PWNED"))) {
      throw new AssertionError("code in a weight file ran: it made the file PWNED");
    }
  }

  /** The file of the same stem, else of the longest stem it starts with, else state_dict. */
  private static Path partner(Path file, List<Path> expected) {
    return expected.stream()
        .filter(candidate -> stem(file).startsWith(stem(candidate)))
        .max(Comparator.comparing(candidate -> stem(candidate).length()))
        .orElse(file.resolveSibling("state_dict" + SAFETENSORS));
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static String difference(Path file, Path expectedFile) throws IOException {
    LoadOptions options = LoadOptions.defaults().stripPrefix("module.");
    try (StateDict actual = Weights.load(file, options);
        StateDict expected = SafeTensors.read(expectedFile)) {
      if (!actual.keySet().equals(expected.keySet())) {
        return "names " + actual.keySet() + " instead of " + expected.keySet();
      }
      return expected.entrySet().stream()
          .filter(entry -> !same(entry, actual.get(entry.getKey())))
          .findFirst()
          .map(entry -> "tensor '" + entry.getKey() + "' differs")
          .orElse(null);
    }
  }

  private static boolean same(Map.Entry<String, Tensor> expected, Tensor actual) {
    Tensor wanted = expected.getValue();
    return wanted.scalar_type().intern() == actual.scalar_type().intern()
        && Arrays.equals(wanted.shape(), actual.shape())
        && Arrays.equals(bytes(wanted), bytes(actual));
  }

  private static byte[] bytes(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = tensor.contiguous();
      byte[] bytes = new byte[Math.toIntExact(dense.nbytes())];
      if (bytes.length > 0) {
        new BytePointer(dense.data_ptr()).get(bytes);
      }
      return bytes;
    }
  }

  private static String acceptance(Path file) throws IOException {
    try (StateDict loaded = Weights.load(file)) {
      return "was accepted, with the tensors " + loaded.keySet();
    } catch (WeightsException e) {
      String rest = e.getMessage().replace(file.toString() + ": ", "");
      boolean clear = e.getMessage().contains(file.getFileName().toString()) && !rest.isBlank();
      return clear ? null : "was refused without its name and a reason: " + e.getMessage();
    }
  }

  private static void requireAll(JsonNode caseNode, List<Path> files, Check check) {
    List<String> failures = new ArrayList<>();
    for (Path file : files) {
      try {
        String failure = check.failure(file);
        if (failure != null) {
          failures.add(file + " " + failure);
        }
      } catch (IOException | RuntimeException e) {
        failures.add(file + " gave " + e);
      }
    }
    if (files.isEmpty() || !failures.isEmpty()) {
      throw new AssertionError(
          caseNode.path("kind").asText()
              + (files.isEmpty() ? ": no files" : ":\n  " + String.join("\n  ", failures)));
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
