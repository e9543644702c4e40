package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.FirstEmbedding;
import org.jennit.attribution.TokenRelevance;
import org.jennit.core.Composite;

/**
 * Attributes texts, given as token ids, for the chosen targets: those of the text, or where the
 * model answers for each token those of one token. Of a model's several outputs the first is meant.
 * Not thread-safe.
 */
public final class TextExplainer implements AutoCloseable {
  /** Takes results as they come. */
  @FunctionalInterface
  public interface Sink {
    void accept(TextResult result) throws IOException;
  }

  private final LoadedModel model;
  private final Composite composite;
  private final boolean inputXGradient;
  private final TextSettings settings;
  private final TargetChoice targets;
  private final TargetChoice against;
  private TokenRelevance attributor;

  /**
   * @param composite null for none
   * @param inputXGradient whether relevance is the embedding times its gradient: see {@link
   *     TokenRelevance#input_x_gradient}
   * @throws SettingException naming a target that is not understood
   */
  public TextExplainer(
      LoadedModel model, Composite composite, boolean inputXGradient, TextSettings settings) {
    this.model = model;
    this.composite = composite;
    this.inputXGradient = inputXGradient;
    this.settings = settings;
    targets = TargetChoice.parse(settings.target(), model.labels());
    against =
        settings.against() == null
            ? null
            : TargetChoice.one("against", settings.against(), model.labels());
  }

  /** What the model answers: the outputs of one text or token as a row, and of which token. */
  private record Answer(Scores scores, Long position) {}

  /**
   * Attributes one text.
   *
   * @param inputs what the model takes: the ids first, 1 x tokens, then what else it needs, such as
   *     a mask; integers, on the CPU
   * @throws SettingException where the model has no such target, token or module
   */
  public void explain(List<Tensor> inputs, Sink sink) throws IOException {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor[] placed =
          inputs.stream()
              .map(input -> input.to(new Device(model.compute().device()), torch.ScalarType.Long))
              .toArray(Tensor[]::new);
      Answer answer = answer(placed);
      TokenRelevance tokens = attributor(placed).forward_fn(ids -> output(with(placed, ids)));
      Scores scores = answer.scores();
      for (Target target : targets.targets(scores.outputs())) {
        int index = (int) target.indices(scores.order())[0];
        Integer other = against == null ? null : against.targets(scores.outputs()).get(0).index();
        refuse(
            other != null && other == index,
            "against",
            "'" + scores.label(index) + "' is the output that is explained itself");
        try (Attribution one =
            explaining(tokens, answer.position(), index, other).apply(placed[0])) {
          Tensor relevance = one.relevance().get(0).cpu().to(torch.ScalarType.Double);
          sink.accept(new TextResult(index, other, answer.position(), scores, relevance));
        }
      }
    }
  }

  private static TokenRelevance explaining(
      TokenRelevance tokens, Long position, int index, Integer against) {
    if (position == null) {
      return against == null ? tokens.target(index) : tokens.contrast(index, against);
    }
    long[] place = {position, index};
    return against == null
        ? tokens.target_at(place)
        : tokens.contrast_at(place, new long[] {position, against});
  }

  private Answer answer(Tensor[] inputs) {
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor output = output(inputs);
      long length = inputs[0].size(1);
      boolean each = output.dim() == 3 && output.size(1) == length;
      if (output.size(0) != 1 || (output.dim() != 2 && !each)) {
        throw new JennitException(
            "the model answers "
                + Arrays.toString(output.shape())
                + " for a text of "
                + length
                + " tokens, but a row of outputs for the text, or one for each token, is needed");
      }
      refuse(
          !each && settings.position() != null,
          "position",
          "the model answers for a text as a whole, not for each token");
      Long position = each ? position(length) : null;
      Tensor row = each ? output.select(1, position) : output;
      Tensor values = row.cpu().to(torch.ScalarType.Double);
      return new Answer(
          new Scores(values, values.argsort(true, 1, true), model.labels()), position);
    }
  }

  private long position(long length) {
    long given = settings.position() == null ? -1 : settings.position();
    refuse(
        given < -length || given >= length,
        "position",
        "there is no token " + given + " in a text of " + length + " tokens");
    return given < 0 ? given + length : given;
  }

  private Tensor output(Tensor... inputs) {
    Tensor[] outputs = model.module().forward_all(inputs);
    for (int i = 1; i < outputs.length; i++) {
      outputs[i].close();
    }
    return outputs[0];
  }

  private static Tensor[] with(Tensor[] inputs, Tensor ids) {
    Tensor[] all = inputs.clone();
    all[0] = ids;
    return all;
  }

  /** The attributor, open from the first text on. */
  private TokenRelevance attributor(Tensor[] inputs) {
    if (attributor == null) {
      String embedding =
          settings.embedding() != null
              ? settings.embedding()
              : FirstEmbedding.of(model.module(), inputs);
      TokenRelevance made = new TokenRelevance(model.module(), composite, embedding);
      attributor =
          SettingException.of("embedding", () -> made.input_x_gradient(inputXGradient).open());
    }
    return attributor;
  }

  @Override
  public void close() {
    if (attributor != null) {
      attributor.close();
    }
  }
}
