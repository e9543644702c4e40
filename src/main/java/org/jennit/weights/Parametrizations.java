package org.jennit.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes weights of the parts that {@code torch.nn.utils} keeps in their place, as the module would
 * in evaluation mode:
 *
 * <ul>
 *   <li>weight norm (Salimans and Kingma 2016): {@code weight_g} and {@code weight_v}, or {@code
 *       parametrizations.weight.original0} and {@code original1}, to g v / |v|;
 *   <li>spectral norm (Miyato et al. 2018): {@code weight_orig}, {@code weight_u} and {@code
 *       weight_v}, or {@code parametrizations.weight.original} with {@code 0._u} and {@code 0._v},
 *       to W / (uᵀ W v);
 *   <li>pruning: {@code weight_orig} and {@code weight_mask}, to their product.
 * </ul>
 *
 * <p>Parts that fit none of these stay as they are.
 */
final class Parametrizations {
  private static final String NEW_STYLE = "parametrizations.";

  private final Map<String, Tensor> tensors;

  /** What each merged name was made of, by the name of its first part. */
  private final Map<String, Merged> merged = new LinkedHashMap<>();

  private record Merged(String name, Tensor weight, Set<String> parts) {}

  private Parametrizations(Map<String, Tensor> tensors) {
    this.tensors = tensors;
  }

  /**
   * Merges parts in place; the weights belong to the map as their parts did, which are closed. Each
   * weight stands where its first part stood.
   */
  static void merge(Map<String, Tensor> tensors) {
    Parametrizations parametrizations = new Parametrizations(tensors);
    try (PointerScope temporaries = new PointerScope()) {
      for (String name : List.copyOf(tensors.keySet())) {
        parametrizations.tryToMergeFrom(name);
      }
    }
    parametrizations.replace();
  }

  private void tryToMergeFrom(String name) {
    try {
      mergeFrom(name);
    } catch (RuntimeException e) {
      // LibTorch cannot calculate with these types: the parts stay.
    }
  }

  private void mergeFrom(String name) {
    int start = name.lastIndexOf('.') + 1;
    if (name.endsWith("_orig")) {
      String base = name.substring(0, name.length() - "_orig".length());
      prune(base, name, base + "_mask");
      spectralNorm(base, name, base + "_u", base + "_v");
    } else if (name.endsWith("_g") && name.startsWith("weight", start)) {
      String base = name.substring(0, name.length() - "_g".length());
      weightNorm(base, name, base + "_v");
    } else if (name.endsWith(".original0") || name.endsWith(".original")) {
      mergeNewStyle(name.substring(0, start - 1));
    }
  }

  /**
   * @param path such as conv.parametrizations.weight
   */
  private void mergeNewStyle(String path) {
    int attribute = path.lastIndexOf('.') + 1;
    String parent = path.substring(0, attribute);
    if (!parent.endsWith(NEW_STYLE)) {
      return;
    }
    String base =
        parent.substring(0, parent.length() - NEW_STYLE.length()) + path.substring(attribute);
    List<String> parts =
        tensors.keySet().stream()
            .filter(name -> name.startsWith(path + "."))
            .map(name -> name.substring(path.length() + 1))
            .sorted()
            .toList();
    if (parts.equals(List.of("original0", "original1"))) {
      weightNorm(base, path + ".original0", path + ".original1");
    } else if (parts.equals(List.of("0._u", "0._v", "original"))) {
      spectralNorm(base, path + ".original", path + ".0._u", path + ".0._v");
    }
  }

  private void prune(String base, String original, String mask) {
    Tensor weight = tensors.get(original);
    Tensor kept = tensors.get(mask);
    if (kept != null && !tensors.containsKey(base) && Arrays.equals(weight.shape(), kept.shape())) {
      put(base, weight.mul(kept), original, mask);
    }
  }

  private void weightNorm(String base, String length, String direction) {
    Tensor g = tensors.get(length);
    Tensor v = tensors.get(direction);
    if (v == null || tensors.containsKey(base) || !fits(g, v)) {
      return;
    }
    long[] own = LongStream.range(0, g.dim()).filter(d -> g.size(d) != 1).toArray();
    Tensor norm = torch.norm_except_dim(v, 2, own.length == 0 ? -1 : own[0]);
    put(base, v.mul(g.div(norm)), length, direction);
  }

  /** Whether g has one length for each slice of v along one dimension, or one for all of v. */
  private static boolean fits(Tensor g, Tensor v) {
    if (!v.is_floating_point() || !g.is_floating_point()) {
      return false;
    }
    if (g.dim() == 0) {
      return true;
    }
    boolean single = LongStream.range(0, v.dim()).anyMatch(d -> v.size(d) == 1);
    long[] own = LongStream.range(0, g.dim()).filter(d -> g.size(d) != 1).toArray();
    return g.dim() == v.dim()
        && (own.length == 0 ? single : own.length == 1 && g.size(own[0]) == v.size(own[0]));
  }

  private void spectralNorm(String base, String original, String left, String right) {
    Tensor weight = tensors.get(original);
    Tensor u = tensors.get(left);
    Tensor v = tensors.get(right);
    if (u == null) {
      return;
    }
    if (tensors.containsKey(base)) {
      // PyTorch before 1.0 has no v, and the weight itself beside its parts.
      if (v == null) {
        put(base, new Tensor(tensors.get(base)), original, left, base);
      }
      return;
    }
    Tensor matrix = v == null ? null : matrix(weight, u, v);
    if (matrix != null) {
      put(base, weight.div(u.dot(matrix.mv(v))), original, left, right);
    }
  }

  /**
   * The weight as the matrix of which u and v are singular vectors: its first dimension against the
   * others, as PyTorch has it for all but transposed convolutions, or its second. Where both have
   * the right size the one counts along which u is W v, as training leaves it.
   */
  private static Tensor matrix(Tensor weight, Tensor u, Tensor v) {
    if (u.dim() != 1 || v.dim() != 1 || weight.numel() != u.numel() * v.numel()) {
      return null;
    }
    boolean first = weight.dim() > 0 && weight.size(0) == u.numel();
    boolean second = weight.dim() > 1 && weight.size(1) == u.numel();
    Tensor along0 = first ? weight.reshape(u.numel(), -1) : null;
    Tensor along1 = second ? weight.transpose(0, 1).reshape(u.numel(), -1) : null;
    if (along0 == null || along1 == null) {
      return first ? along0 : along1;
    }
    double fit = fit(along1, u, v);
    return fit > 0.9 && fit > fit(along0, u, v) ? along1 : along0;
  }

  /** The cosine of the angle between u and W v. */
  private static double fit(Tensor matrix, Tensor u, Tensor v) {
    Tensor image = matrix.mv(v);
    return u.dot(image).div(image.norm().mul(u.norm())).item_double();
  }

  private void put(String base, Tensor weight, String... parts) {
    Set<String> names = Set.of(parts);
    String first = tensors.keySet().stream().filter(names::contains).findFirst().orElseThrow();
    weight.retainReference();
    merged.put(first, new Merged(base, weight, names));
  }

  private void replace() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    List<Tensor> parts = new ArrayList<>();
    Set<String> gone =
        merged.values().stream().flatMap(made -> made.parts().stream()).collect(Collectors.toSet());
    tensors.forEach(
        (name, tensor) -> {
          Merged made = merged.get(name);
          if (made != null) {
            all.put(made.name(), made.weight());
          }
          if (gone.contains(name)) {
            parts.add(tensor);
          } else {
            all.put(name, tensor);
          }
        });
    tensors.clear();
    tensors.putAll(all);
    parts.forEach(Tensor::close);
  }
}
