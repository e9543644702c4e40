package org.jennit.weights;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.VersionedState;

/**
 * The tensors of a weight file by name, in the file's order, and what else is known of the file:
 * the text metadata beside them, what was skipped, and the versions of the modules.
 *
 * <p>It is an unmodifiable {@code Map<String, Tensor>} and goes straight into {@code
 * load_state_dict}. It owns its tensors: {@link #close} releases them all, and a {@link
 * org.bytedeco.javacpp.PointerScope} of the caller does not. Without a close they are released once
 * unreachable, as any JavaCPP object. A tensor needed for longer is kept by {@code new
 * Tensor(tensor)} or {@code clone()}.
 *
 * <p>Closing twice is harmless; using a closed one throws {@link IllegalStateException}. Threads
 * may read it at the same time, but not while one of them closes it.
 */
public final class StateDict extends AbstractMap<String, Tensor>
    implements VersionedState, AutoCloseable {
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;
  private final Map<String, String> skipped;
  private final Map<String, Long> versions;
  private boolean closed;

  StateDict(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this(tensors, metadata, Map.of(), Map.of());
  }

  StateDict(
      Map<String, Tensor> tensors,
      Map<String, String> metadata,
      Map<String, String> skipped,
      Map<String, Long> versions) {
    this.tensors = new LinkedHashMap<>(tensors);
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    this.skipped = Collections.unmodifiableMap(new LinkedHashMap<>(skipped));
    this.versions = Map.copyOf(versions);
  }

  /**
   * The file's text metadata (safetensors' {@code __metadata__}); empty where the file has none.
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * What the file holds beside these tensors, which was read and left alone: where it stands, its
   * keys joined by dots, and what it is in a few words ({@code args=an object of
   * argparse.Namespace, epoch=the number 90}). Objects of Python's classes are never built.
   */
  public Map<String, String> skipped() {
    return skipped;
  }

  /** The version that PyTorch saved a module's part by; empty where the file does not tell. */
  @Override
  public OptionalLong version(String module_path) {
    Long version = versions.get(module_path);
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  @Override
  public Set<Map.Entry<String, Tensor>> entrySet() {
    return Collections.unmodifiableMap(open()).entrySet();
  }

  @Override
  public Tensor get(Object name) {
    return open().get(name);
  }

  @Override
  public boolean containsKey(Object name) {
    return open().containsKey(name);
  }

  /** Releases every tensor. */
  @Override
  public void close() {
    closed = true;
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  /** Its size and names rather than its values, which may be gigabytes. */
  @Override
  public String toString() {
    return closed ? "StateDict (closed)" : "StateDict " + tensors.keySet();
  }

  private Map<String, Tensor> open() {
    if (closed) {
      throw new IllegalStateException("the state dict is closed: its tensors are released");
    }
    return tensors;
  }
}
