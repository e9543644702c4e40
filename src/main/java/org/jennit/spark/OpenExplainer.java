package org.jennit.spark;

import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Attributor;
import org.jennit.core.Composite;
import org.jennit.explain.AttributorFactory;
import org.jennit.explain.BatchExplainer;
import org.jennit.explain.ComputeSettings;
import org.jennit.explain.HeatmapPainter;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.Result;
import org.jennit.explain.RuleFactory;
import org.jennit.explain.TargetChoice;
import scala.collection.immutable.ArraySeq;

/** A plan ready to be carried out in this process, by all tasks that have it. Thread-safe. */
final class OpenExplainer implements AutoCloseable {
  /** Explainers that no task uses wait for the next task; a model goes with its last explainer. */
  private static final int IDLE = 2;

  private static final Shared<Plan, OpenExplainer> EXPLAINERS = new Shared<>(IDLE);
  private static final Shared<ModelKey, LoadedModel> MODELS = new Shared<>(0);

  private final Plan plan;
  private final Shared<ModelKey, LoadedModel>.Lease model;
  private final InputFormat format;
  private final Attributor<?> attributor;
  private final BatchExplainer explainer;
  private final HeatmapPainter painter;

  /** What makes two models one. */
  private record ModelKey(ModelSource source, ComputeSettings compute) {}

  /** The explainer of a plan; opened where it is not open. */
  static Shared<Plan, OpenExplainer>.Lease acquire(Plan plan) throws Exception {
    return EXPLAINERS.acquire(plan, () -> open(plan));
  }

  private static OpenExplainer open(Plan plan) throws Exception {
    Shared<ModelKey, LoadedModel>.Lease model =
        MODELS.acquire(
            new ModelKey(plan.model(), plan.compute()), () -> plan.model().open(plan.compute()));
    try {
      return new OpenExplainer(plan, model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private OpenExplainer(Plan plan, Shared<ModelKey, LoadedModel>.Lease lease) {
    this.plan = plan;
    model = lease;
    LoadedModel loaded = lease.value();
    painter = new HeatmapPainter(plan.picture());
    try (PointerScope temporaries = new PointerScope()) {
      format = InputFormat.of(plan.preprocessing(), loaded);
      TargetChoice targets = TargetChoice.parse(plan.target(), loaded.labels());
      Composite composite =
          new RuleFactory(plan.rules(), loaded, format)
              .composite(plan.attributor().attributor().composite());
      attributor = new AttributorFactory(plan.attributor()).attributor(loaded, composite);
      explainer = new BatchExplainer(loaded, format, attributor, targets, false);
      explainer.targets(); // refused now, not row by row
    }
    attributor.open();
  }

  InputFormat format() {
    return format;
  }

  /** Explains pictures, each channels x height x width on the CPU, as one batch. */
  void explain(List<Tensor> images, BatchExplainer.Sink sink) throws IOException {
    explainer.explain(images, sink);
  }

  /** What the table holds of a result. */
  Object heatmap(Result result) {
    return switch (plan.format()) {
      case png -> painter.paint(result.relevance(), result.picture()).png();
      case relevance -> numbers(result.relevance());
      case summed -> numbers(HeatmapPainter.plane(result.relevance()));
    };
  }

  private static ArraySeq<?> numbers(Tensor tensor) {
    Tensor dense = tensor.contiguous();
    int count = Math.toIntExact(dense.numel());
    if (dense.scalar_type().intern() == torch.ScalarType.Double) {
      double[] values = new double[count];
      new DoublePointer(dense.data_ptr()).get(values);
      return new ArraySeq.ofDouble(values);
    }
    float[] values = new float[count];
    new FloatPointer(dense.data_ptr()).get(values);
    return new ArraySeq.ofFloat(values);
  }

  @Override
  public void close() {
    attributor.close();
    model.close();
  }
}
