package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.*;
import static org.jennit.nn.LayerChecks.evaluating;
import static org.jennit.nn.LayerChecks.same;
import static org.jennit.nn.LayerChecks.scalar;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Activations and dropout against LibTorch's functions. */
class ActivationForwardTest {

  private static DynamicTest activates(
      Supplier<? extends Layer> layer, UnaryOperator<Tensor> reference) {
    return same(layer, reference, 2, 6, 4, 3);
  }

  @TestFactory
  Stream<DynamicTest> activationsWithoutArguments() {
    return Stream.of(
        activates(Sigmoid::new, x -> x.sigmoid()),
        activates(LogSigmoid::new, x -> log_sigmoid(x)),
        activates(Softsign::new, x -> softsign(x)),
        activates(Tanh::new, x -> x.tanh()),
        activates(Tanhshrink::new, x -> tanhshrink(x)),
        activates(ReLU::new, x -> relu(x)),
        activates(ReLU6::new, x -> relu6(x)),
        activates(SELU::new, x -> selu(x)),
        activates(SiLU::new, x -> silu(x)),
        activates(Mish::new, x -> mish(x)),
        activates(Hardsigmoid::new, x -> hardsigmoid(x)),
        activates(Hardswish::new, x -> hardswish(x)),
        activates(Softmax2d::new, x -> softmax(x, 1)));
  }

  @TestFactory
  Stream<DynamicTest> activationsWithArguments() {
    return Stream.of(
        activates(ELU::new, x -> elu(x)),
        activates(() -> new ELU(0.3), x -> elu(x, scalar(0.3), scalar(1), scalar(1))),
        activates(CELU::new, x -> celu(x)),
        activates(() -> new CELU(0.3), x -> celu(x, scalar(0.3))),
        activates(LeakyReLU::new, x -> leaky_relu(x)),
        activates(() -> new LeakyReLU(0.3), x -> leaky_relu(x, scalar(0.3))),
        activates(Hardtanh::new, x -> hardtanh(x)),
        activates(() -> new Hardtanh(-0.2, 0.3), x -> hardtanh(x, scalar(-0.2), scalar(0.3))),
        activates(() -> new Threshold(0.2, 5), x -> threshold(x, scalar(0.2), scalar(5))),
        activates(
            RReLU::new,
            x -> rrelu(x, scalar(1.0 / 8), scalar(1.0 / 3), true, new GeneratorOptional())),
        activates(() -> evaluating(new RReLU(0.1, 0.5)), x -> leaky_relu(x, scalar(0.3))),
        activates(Softplus::new, x -> softplus(x)),
        activates(() -> new Softplus(10), x -> softplus(x, scalar(10), scalar(20))),
        activates(() -> new Softplus(2, 1), x -> softplus(x, scalar(2), scalar(1))),
        activates(Hardshrink::new, x -> hardshrink(x)),
        activates(() -> new Hardshrink(1), x -> hardshrink(x, scalar(1))),
        activates(Softshrink::new, x -> softshrink(x)),
        activates(() -> new Softshrink(1), x -> softshrink(x, scalar(1))),
        activates(GELU::new, x -> gelu(x)),
        activates(() -> new GELU("tanh"), x -> gelu(x, "tanh")),
        activates(() -> new GLU(1), x -> glu(x, 1)),
        same(GLU::new, x -> glu(x), 2, 4),
        activates(PReLU::new, x -> leaky_relu(x, scalar(0.25))),
        activates(() -> new PReLU(6, 0.5), x -> leaky_relu(x, scalar(0.5))),
        activates(() -> new Softmax(-1), x -> softmax(x, -1)),
        activates(() -> new Softmin(1), x -> softmax(x.neg(), 1)),
        activates(() -> new LogSoftmax(2), x -> log_softmax(x, 2)),
        same(Softmax::new, x -> softmax(x, 0), 3, 4, 5),
        same(Softmax::new, x -> softmax(x, 1), 3, 4),
        same(LogSoftmax::new, x -> log_softmax(x, 0), 4));
  }

  @TestFactory
  Stream<DynamicTest> dropout() {
    return Stream.of(
        same(Dropout::new, x -> org.bytedeco.pytorch.global.torch.dropout(x, 0.5, true), 4, 5),
        same(
            () -> new Dropout(0.9, true),
            x -> org.bytedeco.pytorch.global.torch.dropout(x, 0.9, true),
            4,
            5),
        same(() -> evaluating(new Dropout()), x -> x, 4, 5),
        same(Dropout1d::new, x -> feature_dropout(x, 0.5, true), 4, 5, 6),
        same(Dropout1d::new, x -> feature_dropout(x.unsqueeze(0), 0.5, true).squeeze(0), 5, 6),
        same(() -> new Dropout2d(0.3), x -> feature_dropout(x, 0.3, true), 4, 5, 2, 3),
        same(() -> new Dropout3d(0.3, true), x -> feature_dropout(x, 0.3, true), 4, 5, 2, 2, 2),
        same(
            Dropout3d::new, x -> feature_dropout(x.unsqueeze(0), 0.5, true).squeeze(0), 5, 2, 2, 2),
        same(AlphaDropout::new, x -> alpha_dropout(x, 0.5, true), 4, 5),
        same(() -> new FeatureAlphaDropout(0.2), x -> feature_alpha_dropout(x, 0.2, true), 4, 5, 3),
        same(() -> evaluating(new FeatureAlphaDropout()), x -> x, 4, 5));
  }
}
