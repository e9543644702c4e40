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
  private static final LoadOptions DEFAULTS = new LoadOptions(List.of(), List.of());

  private final List<String> keys;
  private final List<String> prefixes;

  private LoadOptions(List<String> keys, List<String> prefixes) {
    this.keys = keys;
    this.prefixes = prefixes;
  }

  /**
   * The file's own dict, or the one in its "state_dict", "model_state_dict" or "model"; names
   * unchanged.
   */
  public static LoadOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Takes the dict under this key of a nested checkpoint, and no other. Called again, it names a
   * key in that dict.
   */
  public LoadOptions key(String key) {
    return new LoadOptions(with(keys, key), prefixes);
  }

  /**
   * Takes this prefix ("module." of DataParallel, say) from every name that starts with it. Called
   * again, it names a prefix of what is left.
   */
  public LoadOptions stripPrefix(String prefix) {
    return new LoadOptions(keys, with(prefixes, prefix));
  }

  List<String> keys() {
    return keys;
  }

  String rename(String name) {
    String rest = name;
    for (String prefix : prefixes) {
      rest = rest.startsWith(prefix) ? rest.substring(prefix.length()) : rest;
    }
    return rest;
  }

  private static List<String> with(List<String> list, String item) {
    List<String> longer = new ArrayList<>(list);
    longer.add(Objects.requireNonNull(item));
    return List.copyOf(longer);
  }
}
