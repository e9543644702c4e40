package org.jennit.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * How {@link Weights#load(java.nio.file.Path, LoadOptions)} finds the tensors in a file and names
 * them. Immutable: each method returns new options.
 *
 * <pre>{@code
 * LoadOptions.defaults().key("ema").stripPrefix("module.")
 * }</pre>
 */
public final class LoadOptions {
  private static final LoadOptions DEFAULTS = new LoadOptions(List.of(), List.of(), true);

  private final List<String> keys;
  private final List<String> prefixes;
  private final boolean mergesParametrizations;

  private LoadOptions(List<String> keys, List<String> prefixes, boolean mergesParametrizations) {
    this.keys = keys;
    this.prefixes = prefixes;
    this.mergesParametrizations = mergesParametrizations;
  }

  /**
   * The only dict of tensors that the file holds, wherever it stands; of several the one in
   * "state_dict", "model_state_dict" or "model". Names unchanged, parametrizations merged.
   */
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Takes the dict under this key of a nested checkpoint, and no other. Called again, it names a
   * key in that dict. Digits also name a key that is a number, or a place in a list.
   */
  public LoadOptions key(String key) {
    return new LoadOptions(with(keys, key), prefixes, mergesParametrizations);
  }

  /**
   * Takes this prefix ("module." of DataParallel, say) from every name that starts with it. Called
   * again, it names a prefix of what is left.
   */
  public LoadOptions stripPrefix(String prefix) {
    return new LoadOptions(keys, with(prefixes, prefix), mergesParametrizations);
  }

  /**
   * Leaves the parts that a weight is made of (weight norm, spectral norm, pruning) as the file has
   * them, for a module that has parameters of these names itself.
   */
  public LoadOptions keepParametrizations() {
    return new LoadOptions(keys, prefixes, false);
  }

  List<String> keys() {
    return keys;
  }

  boolean mergesParametrizations() {
    return mergesParametrizations;
  }

  String rename(String name) {
    String rest = name;
    for (String prefix : prefixes) {
      rest = rest.startsWith(prefix) ? rest.substring(prefix.length()) : rest;
    }
    return rest;
  }

  /** The path of a module without the prefixes. */
  String renameModule(String path) {
    String renamed = rename(path.isEmpty() ? "" : path + ".");
    return renamed.endsWith(".") ? renamed.substring(0, renamed.length() - 1) : renamed;
  }

  private static List<String> with(List<String> list, String item) {
    List<String> longer = new ArrayList<>(list);
    longer.add(Objects.requireNonNull(item, "an option is null"));
    return List.copyOf(longer);
  }
}
