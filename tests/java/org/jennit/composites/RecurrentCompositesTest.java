package org.jennit.composites;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.UnrollRecurrent;
import org.jennit.composites.LayerMapComposite.Entry;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Hook;
import org.jennit.core.Numeric;
import org.jennit.nn.GRU;
import org.jennit.nn.GRUCell;
import org.jennit.nn.LSTM;
import org.jennit.nn.LSTMOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RNN;
import org.jennit.nn.ReLU;
import org.jennit.rules.GateRule;
import org.jennit.rules.RecurrentEpsilon;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Recurrent layers and cells have their rule in every composite of relevance. */
class RecurrentCompositesTest {
  private static final List<String> COMPOSITES =
      List.of(
          "epsilon_plus",
          "epsilon_plus_flat",
          "epsilon_alpha2_beta1",
          "epsilon_alpha2_beta1_flat",
          "epsilon_gamma_box");

  /** A class for each sequence, (samples, steps, 3) to (samples, 4). */
  private static final class Classifier extends Module {
    Classifier() {
      register_module(
          "lstm", new LSTM(new LSTMOptions(3, 5).batch_first(true).bidirectional(true)));
      register_module("gru", new GRU(10, 5));
      register_module("rnn", new RNN(5, 5));
      register_module("cell", new GRUCell(5, 5));
      register_module("hidden", new Linear(5, 6));
      register_module("relu", new ReLU());
      register_module("output", new Linear(6, 4));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor sequence = get_submodule("lstm").forward(inputs[0]).transpose(0, 1);
      sequence = get_submodule("rnn").forward(get_submodule("gru").forward(sequence));
      Tensor state = get_submodule("cell").forward(sequence.select(0, -1));
      Tensor hidden = get_submodule("relu").forward(get_submodule("hidden").forward(state));
      return get_submodule("output").forward(hidden);
    }
  }

  private static Composite composite(String name) {
    return Composites.of(name, new CompositeOptions().low(-1).high(1)).coverage(Coverage.REQUIRE);
  }

  @TestFactory
  Stream<DynamicTest> everyLayerHasTheRule() {
    return COMPOSITES.stream()
        .map(
            name ->
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      try (PointerScope scope = new PointerScope();
                          Classifier model = Numeric.drawn(new Classifier(), 1);
                          Gradient attributor = new Gradient(model, composite(name)).target(2);
                          Attribution attribution = attributor.apply(Numeric.normal(2, 2, 6, 3))) {
                        assertTrue(
                            attribution
                                .relevance()
                                .ne(new org.bytedeco.pytorch.Scalar(0.0))
                                .all()
                                .item_bool());
                        try (CompositeContext context = composite(name).context(model)) {
                          Map<String, Hook> rules = context.rules();
                          for (String layer : List.of("lstm", "gru", "rnn", "cell")) {
                            assertEquals("RecurrentEpsilon", rules.get(layer).name());
                          }
                          // What comes after a recurrent layer is never the first layer.
                          assertEquals("Epsilon", rules.get("hidden").name());
                        }
                      }
                    }));
  }

  @Test
  void linesOfOnesOwnComeFirst() {
    CompositeOptions options =
        new CompositeOptions()
            .layer_map(List.of(new Entry(LSTM.class, new RecurrentEpsilon(GateRule.HALF))));
    try (PointerScope scope = new PointerScope();
        Classifier model = Numeric.drawn(new Classifier(), 1)) {
      Tensor input = Numeric.normal(2, 2, 6, 3);
      try (Attribution own = new Gradient(model, new EpsilonPlusFlat(options)).apply(input, 2);
          Attribution usual = new Gradient(model, new EpsilonPlusFlat()).apply(input, 2)) {
        assertFalse(own.relevance().equal(usual.relevance()));
      }
    }
  }

  @Test
  void anUnrolledModelIsCoveredToo() {
    CompositeOptions options = new CompositeOptions().epsilon(1e-3).stabilizer(1e-3);
    try (PointerScope scope = new PointerScope();
        Classifier model = Numeric.drawn(new Classifier(), 1)) {
      Tensor input = Numeric.normal(2, 2, 6, 3);
      try (Attribution whole =
          new Gradient(model, new EpsilonPlus(options).coverage(Coverage.REQUIRE))
              .apply(input, 2)) {
        options.canonizers(new UnrollRecurrent());
        try (Attribution unrolled =
            new Gradient(model, new EpsilonPlus(options).coverage(Coverage.REQUIRE))
                .apply(input, 2)) {
          Numeric.assertClose(whole.relevance(), unrolled.relevance(), 1e-9, "unrolled");
        }
      }
    }
  }
}
