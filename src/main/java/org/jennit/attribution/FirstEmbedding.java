package org.jennit.attribution;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.internal.Tensors;
import org.jennit.nn.Embedding;
import org.jennit.nn.Module;
import org.jennit.nn.TreeOverlay;

/**
 * The {@link Embedding} that a model calls first: in most models, the one that embeds token ids.
 */
public final class FirstEmbedding {
  private FirstEmbedding() {}

  /**
   * Calls the model once, unrecorded, and sees which is called first. The model stays as it is.
   * Thread-safe.
   *
   * @param inputs what the model takes
   * @return its path, for {@link TokenRelevance}
   * @throws JennitException where the model has no Embedding, or calls none
   */
  public static String of(Module model, Tensor... inputs) {
    Objects.requireNonNull(model, "model is null");
    Map<String, Module> embeddings = new LinkedHashMap<>(model.named_modules());
    embeddings.values().removeIf(module -> !(module instanceof Embedding));
    AtomicReference<String> first = new AtomicReference<>();
    try (TreeOverlay overlay = new TreeOverlay();
        NoGradGuard unrecorded = new NoGradGuard()) {
      overlay.change(
          () ->
              embeddings.forEach(
                  (path, module) ->
                      module.register_forward_hook(
                          (called, taken, answered) -> {
                            first.compareAndSet(null, path);
                            return null;
                          })));
      Tensors.close(overlay.see(() -> model.forward_all(inputs)));
    }
    if (first.get() == null) {
      throw new JennitException(
          embeddings.isEmpty()
              ? "the model has no Embedding: name the module that embeds the token ids"
              : "the model called none of its Embeddings "
                  + embeddings.keySet()
                  + ": name the module that embeds the token ids");
    }
    return first.get();
  }
}
