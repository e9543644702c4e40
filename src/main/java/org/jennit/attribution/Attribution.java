package org.jennit.attribution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Scoped;

/**
 * What an attributor answers. The tensors belong to the caller, and to the caller's PointerScope if
 * there is one; {@link #close} frees them all. They carry a graph only where the attributor was
 * told to create or retain it. They lie in memory row by row, in whatever order the model works.
 *
 * @param output the model's output
 * @param relevance of the input's shape, but where an attributor says otherwise
 * @param layers the relevance at the outputs of the modules that were asked for, by path: one
 *     tensor for each call of the module, in the order of the calls
 */
public record Attribution(Tensor output, Tensor relevance, Map<String, List<Tensor>> layers)
    implements AutoCloseable {

  /** Keeps a copy of the map, not of the tensors. */
  public Attribution {
    Objects.requireNonNull(layers, "layers is null");
    Map<String, List<Tensor>> copy = new LinkedHashMap<>();
    layers.forEach((path, calls) -> copy.put(path, List.copyOf(calls)));
    layers = Collections.unmodifiableMap(copy);
  }

  /** Without the relevance of layers. */
  public Attribution(Tensor output, Tensor relevance) {
    this(output, relevance, Map.of());
  }

  /**
   * The relevance at the output of a module that was called once.
   *
   * @throws IllegalArgumentException where this layer was not asked for
   * @throws IllegalStateException where the module was called several times: see {@link #layers}
   */
  public Tensor layer(String path) {
    List<Tensor> calls = layers.get(path);
    if (calls == null) {
      throw new IllegalArgumentException(
          "no relevance was asked for at '" + path + "', only at " + layers.keySet());
    }
    if (calls.size() != 1) {
      throw new IllegalStateException(
          "module '" + path + "' was called " + calls.size() + " times: use layers()");
    }
    return calls.get(0);
  }

  /** This output with another relevance. */
  Attribution with(Tensor relevance) {
    return new Attribution(output, relevance, layers);
  }

  /** The same values, row by row in memory. */
  Attribution contiguous() {
    return with(Arrays.stream(tensors()).map(Tensor::contiguous).iterator());
  }

  /** Whether all relevance is. */
  boolean is_finite() {
    return Arrays.stream(tensors()).skip(1).allMatch(Attribution::is_finite);
  }

  static boolean is_finite(Tensor tensor) {
    try (PointerScope temporaries = new PointerScope()) {
      // One pass: a sum is finite only where all values are. It may overflow though they are.
      return (!tensor.is_complex() && Double.isFinite(tensor.sum().item_double()))
          || tensor.isfinite().all().item_bool();
    }
  }

  /** Frees all that {@code work} makes, but for the attribution that it answers. */
  static Attribution scoped(Supplier<Attribution> work) {
    AtomicReference<Attribution> made = new AtomicReference<>();
    Tensor[] kept =
        Scoped.tensors(
            () -> {
              made.set(work.get());
              return made.get().tensors();
            });
    return made.get().with(Arrays.asList(kept).iterator());
  }

  private Tensor[] tensors() {
    List<Tensor> all = new ArrayList<>(List.of(output, relevance));
    layers.values().forEach(all::addAll);
    return all.toArray(Tensor[]::new);
  }

  private Attribution with(Iterator<Tensor> tensors) {
    Tensor first = tensors.next();
    Tensor second = tensors.next();
    Map<String, List<Tensor>> others = new LinkedHashMap<>();
    layers.forEach(
        (path, calls) -> others.put(path, calls.stream().map(c -> tensors.next()).toList()));
    return new Attribution(first, second, others);
  }

  @Override
  public void close() {
    for (Tensor tensor : tensors()) {
      tensor.close();
    }
  }
}
