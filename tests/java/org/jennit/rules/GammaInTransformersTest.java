package org.jennit.rules;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.composites.AttnLRP;
import org.jennit.composites.CompositeOptions;
import org.jennit.core.Autograd;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.core.Stabilizer;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.TransformerEncoderLayer;
import org.jennit.nn.TransformerLayerOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vision variant of AttnLRP: Gamma where a transformer has dense layers. */
class GammaInTransformersTest {
  private static final int FEATURES = 6;
  private static final double GAMMA = 0.3;

  /** What passed through one layer in one call. */
  private record Passed(Tensor input, Tensor output) {}

  @ParameterizedTest
  @ValueSource(strings = {"linear2", "self_attn.out_proj"})
  void aDenseLayerOfABlockHandsOnWhatTheMatrixFormSays(String path) {
    try (PointerScope scope = new PointerScope();
        Module block =
            new TransformerEncoderLayer(
                new TransformerLayerOptions(FEATURES, 2)
                    .dim_feedforward(8)
                    .dropout(0)
                    .batch_first(true))) {
      Numeric.drawn(block, 5);
      block.eval();
      Module dense = block.get_submodule(path);
      AtomicReference<Passed> passed = new AtomicReference<>();
      Tensor x = Numeric.normal(6, 1, 4, FEATURES).requires_grad_(true);
      Tensor[] relevances;
      try (CompositeContext context =
              new AttnLRP(new CompositeOptions().lin_gamma(GAMMA)).context(block);
          RemovableHandle seen =
              dense.register_forward_hook(
                  (module, inputs, outputs) -> {
                    passed.set(
                        new Passed(inputs[0].retainReference(), outputs[0].retainReference()));
                    return null;
                  })) {
        Tensor output = block.forward(x);
        relevances =
            Autograd.grad(
                new Tensor[] {output},
                new Tensor[] {passed.get().input, passed.get().output},
                new Tensor[] {Numeric.normal(7, 1, 4, FEATURES)});
      }
      try (Tensor input = passed.get().input;
          Tensor output = passed.get().output) {
        assertRestated(dense, input, relevances);
      }
    }
  }

  private static void assertRestated(Module dense, Tensor input, Tensor[] relevances) {
    Tensor weight = dense.get_parameter("weight");
    Tensor bias = dense.get_parameter("bias");
    int in = (int) weight.size(1);
    try (Linear alone = new Linear(in, weight.size(0))) {
      Numeric.drawn(alone, 0);
      alone.get_parameter("weight").detach().copy_(weight.detach());
      alone.get_parameter("bias").detach().copy_(bias.detach());
      MatrixRule restated =
          new MatrixRule(new MatrixLayer(alone, in), new Stabilizer(1e-6), List.of());
      double[] values = Numeric.values(input);
      double[] above = Numeric.values(relevances[1]);
      int out = (int) weight.size(0);
      double[] expected = new double[values.length];
      for (int position = 0; position * in < values.length; position++) {
        double[] share =
            restated.gamma(
                Arrays.copyOfRange(values, position * in, (position + 1) * in),
                Arrays.copyOfRange(above, position * out, (position + 1) * out),
                GAMMA);
        System.arraycopy(share, 0, expected, position * in, in);
      }
      Numeric.assertClose(
          Numeric.tensor(expected, relevances[0].shape()), relevances[0], 1e-9, "relevance");
    }
  }
}
