package org.jennit.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Tensor;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;

/** The tensors of reference vectors, case by case; each file is opened once and stays open. */
public final class VectorFile {
  private static final Map<Path, StateDict> FILES = new ConcurrentHashMap<>();

  private VectorFile() {}

  /**
   * The tensors stored as {@code id/name}, by name. They are copies that belong to the caller, and
   * to the caller's PointerScope if there is one. May be called from several threads.
   */
  public static Map<String, Tensor> tensors(Path safetensors, String id) {
    StateDict file =
        FILES.computeIfAbsent(safetensors.toAbsolutePath().normalize(), VectorFile::open);
    String prefix = id + "/";
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    file.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            tensors.put(name.substring(prefix.length()), tensor.clone());
          }
        });
    return tensors;
  }

  private static StateDict open(Path file) {
    try {
      return SafeTensors.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
