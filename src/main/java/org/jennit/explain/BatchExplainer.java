package org.jennit.explain;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Attributor;
import org.jennit.attribution.Gradient;

/**
 * Attributes batches of images for the chosen targets. Several threads may share one whose
 * attributor is open.
 */
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
  // Found out once; threads that do so at the same time find the same.
  private volatile List<Target> targets;

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
      Emitter emitter = new Emitter(images, sink);
      List<Target> targets = targets();
      if (attributor instanceof Gradient gradient && !layers && shareForward(targets)) {
        for (int start = 0; start < targets.size(); start += TARGETS_AT_ONCE) {
          int end = Math.min(targets.size(), start + TARGETS_AT_ONCE);
          several(gradient, batch, targets.subList(start, end), emitter);
        }
      } else {
        for (Target target : targets) {
          one(batch, target, emitter);
        }
      }
    }
  }

  /**
   * The targets of this model.
   *
   * @throws SettingException where it has too few outputs for them
   */
  public List<Target> targets() {
    if (targets == null) {
      targets = choice.targets(outputs(model, format));
    }
    return targets;
  }

  private static boolean shareForward(List<Target> targets) {
    return targets.size() > 1 && targets.stream().allMatch(target -> target.rank() < 0);
  }

  private void several(Gradient gradient, Tensor batch, List<Target> targets, Emitter emitter)
      throws IOException {
    long[] classes = targets.stream().mapToLong(Target::index).toArray();
    try (Attribution all = gradient.targets(batch, classes)) {
      emitter.scores = scoresOf(all.output(), batch, model);
      for (int i = 0; i < classes.length; i++) {
        emitter.emit(targets.get(i), all.relevance().get(i), Map.of());
      }
    }
  }

  private void one(Tensor batch, Target target, Emitter emitter) throws IOException {
    // The output of a gradient's own forward is the model's; other attributors make several.
    boolean scoresItself = attributor instanceof Gradient;
    if (!scoresItself && emitter.scores == null) {
      emitter.scores = scores(batch, model);
    }
    try (Attribution one =
        scoresItself
            ? attributor.apply(batch, output -> oneHot(target, output, batch))
            : attributor.apply(batch, target.indices(emitter.scores.order()))) {
      if (scoresItself) {
        emitter.scores = scoresOf(one.output(), batch, model);
      }
      emitter.emit(target, one.relevance(), one.layers());
    }
  }

  /** A one at the output of each sample that the target is. */
  private Tensor oneHot(Target target, Tensor output, Tensor batch) {
    long[] indices = target.indices(scoresOf(output, batch, model).order());
    return torch
        .one_hot(Tensor.create(indices), output.size(1))
        .to(output.device(), output.scalar_type());
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
    Objects.requireNonNull(model, "model is null");
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      return scoresOf(model.module().forward(batch), batch, model);
    }
  }

  private static Scores scoresOf(Tensor output, Tensor batch, LoadedModel model) {
    if (output.dim() != 2 || output.size(0) != batch.size(0)) {
      throw new JennitException(
          "the model answers "
              + Arrays.toString(output.shape())
              + ", but one row of outputs for each of "
              + batch.size(0)
              + " images is needed");
    }
    Tensor values = output.detach().cpu().to(torch.ScalarType.Double);
    return new Scores(values, values.argsort(true, 1, true), model.labels());
  }

  /** Cuts an attribution into the results of its samples. */
  private final class Emitter {
    private final List<Tensor> images;
    private final List<Tensor> pictures;
    private final Sink sink;

    /** Of what is emitted; null before it is known. */
    private Scores scores;

    Emitter(List<Tensor> images, Sink sink) {
      this.images = images;
      this.pictures = images.stream().map(format::picture).toList();
      this.sink = sink;
    }

    void emit(Target target, Tensor relevance, Map<String, List<Tensor>> layers)
        throws IOException {
      long[] indices = target.indices(scores.order());
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
