package org.jennit.weights;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The tensors of a weight file by name, in the file's order, and the text metadata beside them.
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
public final class StateDict extends AbstractMap<String, Tensor> implements AutoCloseable {
  private final Map<String, Tensor> tensors;
  private final Map<String, String> metadata;
  private boolean closed;

  StateDict(Map<String, Tensor> tensors, Map<String, String> metadata) {
    this.tensors = new LinkedHashMap<>(tensors);
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * The file's text metadata (safetensors' {@code __metadata__}); empty where the file has none.
   */
  public Map<String, String> metadata() {
    return metadata;
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
