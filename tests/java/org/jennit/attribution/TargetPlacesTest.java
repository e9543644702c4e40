package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.canonizers.UnrollRecurrent;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Numeric;
import org.jennit.nn.LSTM;
import org.jennit.nn.LSTMOptions;
import org.jennit.nn.Module;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Targets at any time step, and relevance per step. */
class TargetPlacesTest {
  private final PointerScope scope = new PointerScope();
  private final Module model = Numeric.drawn(new Tagger(), 1);
  private final Tensor input = Numeric.normal(2, 3, 5, 2);

  /** Four values at every step: (samples, steps, 2) to (samples, steps, 4). */
  private static final class Tagger extends Module {
    Tagger() {
      register_module("lstm", new LSTM(new LSTMOptions(2, 4).batch_first(true)));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return get_submodule("lstm").forward(inputs[0]);
    }
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  private Attribution attribute(UnaryOperator<Gradient> target) {
    return target.apply(new Gradient(model, new EpsilonPlus())).apply(input);
  }

  @Test
  void oneStepIsExplained() {
    Tensor relevance = attribute(g -> g.target_at(2, 1)).relevance();
    Tensor byHand =
        attribute(
                g ->
                    g.attr_output(
                        output -> {
                          Tensor one = torch.zeros_like(output);
                          one.select(1, 2).select(1, 1).fill_(new Scalar(1.0));
                          return one;
                        }))
            .relevance();
    assertClose(byHand, relevance, 0, "step 2, class 1");
    Tensor steps = relevance.abs().sum(2);
    assertTrue(steps.narrow(1, 0, 3).gt(new Scalar(0.0)).all().item_bool());
    assertEquals(0, steps.narrow(1, 3, 2).sum().item_double(), "what comes later");
  }

  @Test
  void everySampleMayHaveItsOwn() {
    long[][] places = {{0, 1}, {-1, 2}, {3, -4}};
    Tensor each = attribute(g -> g.target_at(places)).relevance();
    for (int i = 0; i < 3; i++) {
      long[] place = places[i];
      Tensor all = attribute(g -> g.target_at(place)).relevance();
      assertClose(all.select(0, i), each.select(0, i), 1e-12, "sample " + i);
    }
  }

  @Test
  void negativeIndicesCountFromTheEndAlsoWithoutABatch() {
    Gradient last = new Gradient(model, new EpsilonPlus()).target_at(-1, 3);
    Gradient fourth = new Gradient(model, new EpsilonPlus()).target_at(4, 3);
    Tensor sample = input.select(0, 0);
    assertClose(
        fourth.apply(sample).relevance(), last.apply(sample).relevance(), 0, "the last step");
  }

  @Test
  void unrolledModulesHaveRelevanceAtEveryStep() {
    CompositeOptions options = new CompositeOptions().canonizers(new UnrollRecurrent());
    try (Gradient gradient =
            new Gradient(model, new EpsilonPlus(options))
                .target_at(-1, 0)
                .layers("lstm.l0.cell_state");
        Attribution attribution = gradient.apply(input)) {
      List<Tensor> steps = attribution.layers().get("lstm.l0.cell_state");
      assertEquals(5, steps.size());
      steps.forEach(step -> assertTrue(step.abs().sum().item_double() > 0));
    }
  }

  @Test
  void placesThatAreNotThereAreRefused() {
    refused("no index 5 in a dimension of 5", g -> g.target_at(5, 0));
    refused("no index -5 in a dimension of 4", g -> g.target_at(0, -5));
    refused("a place of 1 indices was given for an output", g -> g.target_at(0));
    refused(
        "2 places were given for 3 samples",
        g -> g.target_at(new long[] {0, 0}, new long[] {1, 0}));
    assertThrows(IllegalArgumentException.class, () -> new Gradient(model).target_at(new long[0]));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Gradient(model).target_at(new long[] {0, 0}, new long[] {1}));
  }

  private void refused(String part, UnaryOperator<Gradient> target) {
    String message = assertThrows(JennitException.class, () -> attribute(target)).getMessage();
    assertTrue(message.contains(part), message);
  }
}
