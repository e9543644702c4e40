package org.jennit.explain;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Attributor;
import org.jennit.attribution.Gradient;

/** Attributes batches of images for the chosen targets. */
public final class BatchExplainer {
  // Many targets share a forward pass; more at once would only take memory.
  private static final int TARGETS_AT_ONCE = 16;

  /** Takes results as they come, with all scores of the sample. */
  @FunctionalInterface
  public interface Sink {
    void accept(Result result, Scores scores) throws IOException;
  }

  private final LoadedModel model;
  private final InputFormat format;
  private final Attributor<?> attributor;
  private final TargetChoice choice;
  private final boolean layers;

  /**
   * @param layers whether the attributor captures layers
   */
  public BatchExplainer(
      LoadedModel model,
      InputFormat format,
      Attributor<?> attributor,
      TargetChoice choice,
      boolean layers) {
    this.model = model;
    this.format = format;
    this.attributor = attributor;
    this.choice = choice;
    this.layers = layers;
  }

  /**
   * Attributes one batch.
   *
   * @param images each channels x height x width, on the CPU
   */
  public void explain(List<Tensor> images, Sink sink) throws IOException {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor batch = batch(images);
      Scores scores = scores(batch, model);
      List<Target> targets = choice.targets(scores.outputs());
      Emitter emitter = new Emitter(images, scores, sink);
      if (attributor instanceof Gradient gradient && !layers && shareForward(targets)) {
        for (int start = 0; start < targets.size(); start += TARGETS_AT_ONCE) {
          int end = Math.min(targets.size(), start + TARGETS_AT_ONCE);
          several(gradient, batch, targets.subList(start, end), emitter);
        }
      } else {
        for (Target target : targets) {
          long[] indices = target.indices(scores.order());
          try (Attribution one = attributor.apply(batch, indices)) {
            emitter.emit(target, indices, one.relevance(), one.layers());
          }
        }
      }
    }
  }

  private static boolean shareForward(List<Target> targets) {
    return targets.size() > 1 && targets.stream().allMatch(target -> target.rank() < 0);
  }

  private static void several(
      Gradient gradient, Tensor batch, List<Target> targets, Emitter emitter) throws IOException {
    long[] classes = targets.stream().mapToLong(Target::index).toArray();
    try (Attribution all = gradient.targets(batch, classes)) {
      for (int i = 0; i < classes.length; i++) {
        long[] indices = new long[(int) batch.size(0)];
        Arrays.fill(indices, classes[i]);
        emitter.emit(targets.get(i), indices, all.relevance().get(i), Map.of());
      }
    }
  }

  private Tensor batch(List<Tensor> images) {
    return model
        .compute()
        .place(torch.stack(new org.bytedeco.pytorch.TensorVector(images.toArray(Tensor[]::new))));
  }

  /** How many outputs the model has, found out with a black image. */
  public static long outputs(LoadedModel model, InputFormat format) {
    try (PointerScope temporaries = new PointerScope()) {
      return scores(model.compute().place(torch.zeros(format.shape(1))), model).outputs();
    }
  }

  /**
   * What the model answers; the caller's scope owns it.
   *
   * @throws JennitException where it is not one row of numbers for each sample
   */
  public static Scores scores(Tensor batch, LoadedModel model) {
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor output = model.module().forward(batch);
      if (output.dim() != 2 || output.size(0) != batch.size(0)) {
        throw new JennitException(
            "the model answers "
                + Arrays.toString(output.shape())
                + ", but one row of outputs for each of "
                + batch.size(0)
                + " images is needed");
      }
      Tensor values = output.cpu().to(torch.ScalarType.Double);
      return new Scores(values, values.argsort(true, 1, true), model.labels());
    }
  }

  /** Cuts an attribution into the results of its samples. */
  private final class Emitter {
    private final List<Tensor> images;
    private final List<Tensor> pictures;
    private final Scores scores;
    private final Sink sink;

    Emitter(List<Tensor> images, Scores scores, Sink sink) {
      this.images = images;
      this.pictures = images.stream().map(format::picture).toList();
      this.scores = scores;
      this.sink = sink;
    }

    void emit(Target target, long[] indices, Tensor relevance, Map<String, List<Tensor>> layers)
        throws IOException {
      for (Map.Entry<String, List<Tensor>> layer : layers.entrySet()) {
        for (int call = layer.getValue().size(); call > 0; call--) {
          emit(target, indices, layer.getValue().get(call - 1), layer.getKey(), call);
        }
      }
      emit(target, indices, relevance, "", 1);
    }

    private void emit(Target target, long[] indices, Tensor relevance, String layer, int call)
        throws IOException {
      for (int i = 0; i < indices.length; i++) {
        int index = (int) indices[i];
        sink.accept(
            new Result(
                i,
                images.get(i),
                pictures.get(i),
                layer,
                call,
                target,
                index,
                scores.label(index),
                scores.value(i, index),
                relevance.get(i).detach().cpu()),
            scores.of(i));
      }
    }
  }
}
