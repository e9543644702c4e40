package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.manual_seed;
import static org.bytedeco.pytorch.global.torch.pack_padded_sequence;
import static org.bytedeco.pytorch.global.torch.pad_packed_sequence;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.jennit.nn.LayerChecks.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GRUCellImpl;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.LSTMCellImpl;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.PackedSequence;
import org.bytedeco.pytorch.RNNCellImpl;
import org.bytedeco.pytorch.RNNImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorT_TensorTensor_T_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kReLU;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Recurrent layers against LibTorch's own modules from the same seed, which compares the
 * initialisation too.
 */
class RecurrentForwardTest {
  private static final long STEPS = 5;
  private static final long SAMPLES = 3;
  private static final long FEATURES = 4;

  private interface Reference {
    /** Makes LibTorch's module, which draws its weights, and calls it. */
    Tensor[] outputs(Tensor... inputs);
  }

  private static DynamicTest same(
      String name, Supplier<? extends Layer> layer, Reference reference, long[]... shapes) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          try (PointerScope scope = new PointerScope()) {
            manual_seed(1);
            Tensor[] inputs = Stream.of(shapes).map(shape -> randn(shape)).toArray(Tensor[]::new);
            manual_seed(7);
            Layer made = layer.get();
            Tensor[] actual = made.forward_all(inputs);
            manual_seed(7);
            Tensor[] expected = reference.outputs(inputs);
            assertEquals(expected.length, actual.length);
            for (int i = 0; i < expected.length; i++) {
              assertClose(expected[i], actual[i]);
            }
          }
        });
  }

  private static long[] shape(long... sizes) {
    return sizes;
  }

  private static Tensor[] tensors(T_TensorTensor_T pair) {
    return new Tensor[] {pair.get0(), pair.get1()};
  }

  private static Tensor[] tensors(T_TensorT_TensorTensor_T_T outputs) {
    return new Tensor[] {outputs.get0(), outputs.get1().get0(), outputs.get1().get1()};
  }

  private static T_TensorTensor_T states(Tensor... inputs) {
    return new T_TensorTensor_T(inputs[1], inputs[2]);
  }

  private static org.bytedeco.pytorch.LSTMOptions stacked() {
    var options = new org.bytedeco.pytorch.LSTMOptions(FEATURES, 6);
    options.num_layers().put(2);
    options.bidirectional().put(true);
    options.batch_first().put(true);
    options.bias().put(false);
    return options;
  }

  private static LSTMOptions stackedHere() {
    return new LSTMOptions(FEATURES, 6)
        .num_layers(2)
        .bidirectional(true)
        .batch_first(true)
        .bias(false);
  }

  private static org.bytedeco.pytorch.LSTMOptions projected() {
    var options = new org.bytedeco.pytorch.LSTMOptions(FEATURES, 6);
    options.num_layers().put(2);
    options.proj_size().put(2);
    options.dropout().put(0.5);
    return options;
  }

  @TestFactory
  Stream<DynamicTest> lstm() {
    long[] sequence = shape(STEPS, SAMPLES, FEATURES);
    return Stream.of(
        same(
            "one layer",
            () -> new LSTM(FEATURES, 6),
            x -> tensors(new LSTMImpl(FEATURES, 6).forward(x[0])),
            sequence),
        same(
            "two layers both ways",
            () -> new LSTM(stackedHere()),
            x -> tensors(new LSTMImpl(stacked()).forward(x[0], states(x))),
            shape(SAMPLES, STEPS, FEATURES),
            shape(4, SAMPLES, 6),
            shape(4, SAMPLES, 6)),
        // In training mode, as modules begin: dropout draws the same numbers.
        same(
            "projected",
            () -> new LSTM(new LSTMOptions(FEATURES, 6).num_layers(2).proj_size(2).dropout(0.5)),
            x -> tensors(new LSTMImpl(projected()).forward(x[0], states(x))),
            sequence,
            shape(2, SAMPLES, 2),
            shape(2, SAMPLES, 6)));
  }

  @TestFactory
  Stream<DynamicTest> oneState() {
    long[] sequence = shape(STEPS, SAMPLES, FEATURES);
    return Stream.of(
        same(
            "GRU",
            () -> new GRU(FEATURES, 6),
            x -> tensors(new GRUImpl(FEATURES, 6).forward(x[0])),
            sequence),
        same(
            "GRU, two layers both ways",
            () ->
                new GRU(
                    new GRUOptions(FEATURES, 6)
                        .num_layers(2)
                        .bidirectional(true)
                        .batch_first(true)
                        .bias(false)
                        .dropout(0.3)),
            x -> {
              var options = new org.bytedeco.pytorch.GRUOptions(FEATURES, 6);
              options.num_layers().put(2);
              options.bidirectional().put(true);
              options.batch_first().put(true);
              options.bias().put(false);
              options.dropout().put(0.3);
              return tensors(new GRUImpl(options).forward(x[0], x[1]));
            },
            shape(SAMPLES, STEPS, FEATURES),
            shape(4, SAMPLES, 6)),
        same(
            "RNN",
            () -> new RNN(FEATURES, 6),
            x -> tensors(new RNNImpl(FEATURES, 6).forward(x[0])),
            sequence),
        same(
            "RNN with relu",
            () -> new RNN(new RNNOptions(FEATURES, 6).nonlinearity("relu").num_layers(2)),
            x -> {
              var options = new org.bytedeco.pytorch.RNNOptions(FEATURES, 6);
              options.num_layers().put(2);
              options.nonlinearity().put(new kReLU());
              return tensors(new RNNImpl(options).forward(x[0], x[1]));
            },
            sequence,
            shape(2, SAMPLES, 6)));
  }

  @TestFactory
  Stream<DynamicTest> cells() {
    long[] step = shape(SAMPLES, FEATURES);
    long[] state = shape(SAMPLES, 6);
    return Stream.of(
        same(
            "LSTMCell",
            () -> new LSTMCell(FEATURES, 6),
            x -> tensors(new LSTMCellImpl(FEATURES, 6).forward(x[0], states(x))),
            step,
            state,
            state),
        same(
            "LSTMCell without states",
            () -> new LSTMCell(FEATURES, 6),
            x -> tensors(new LSTMCellImpl(FEATURES, 6).forward(x[0])),
            step),
        same(
            "GRUCell",
            () -> new GRUCell(FEATURES, 6),
            x -> new Tensor[] {new GRUCellImpl(FEATURES, 6).forward(x[0], x[1])},
            step,
            state),
        same(
            "RNNCell",
            () -> new RNNCell(FEATURES, 6),
            x -> new Tensor[] {new RNNCellImpl(FEATURES, 6).forward(x[0], x[1])},
            step,
            state));
  }

  @Test
  void parametersHaveTorchsNamesAndOrder() {
    try (PointerScope scope = new PointerScope();
        Layer lstm =
            new LSTM(new LSTMOptions(2, 3).num_layers(2).bidirectional(true).proj_size(1));
        Layer gru = new GRU(new GRUOptions(2, 3).bias(false).num_layers(2));
        Layer cell = new RNNCell(2, 3)) {
      String stem = "weight_ih_l%1$s weight_hh_l%1$s bias_ih_l%1$s bias_hh_l%1$s weight_hr_l%1$s";
      assertEquals(
          Stream.of("0", "0_reverse", "1", "1_reverse")
              .flatMap(ending -> Stream.of(stem.formatted(ending).split(" ")))
              .toList(),
          List.copyOf(lstm.state_dict().keySet()));
      assertEquals(
          List.of("weight_ih_l0", "weight_hh_l0", "weight_ih_l1", "weight_hh_l1"),
          List.copyOf(gru.state_dict().keySet()));
      assertEquals(
          List.of("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
          List.copyOf(cell.state_dict().keySet()));
      Map<String, Tensor> state = lstm.state_dict();
      assertArrayEquals(shape(12, 2), state.get("weight_ih_l0").shape());
      assertArrayEquals(shape(12, 2), state.get("weight_ih_l1_reverse").shape());
      assertArrayEquals(shape(12, 1), state.get("weight_hh_l1").shape());
      assertArrayEquals(shape(1, 3), state.get("weight_hr_l0").shape());
    }
  }

  @TestFactory
  Stream<DynamicTest> lengthsAreAPackedSequence() {
    return Stream.of(false, true)
        .map(
            projects ->
                DynamicTest.dynamicTest(
                    projects ? "projected" : "two layers both ways",
                    () -> {
                      try (PointerScope scope = new PointerScope()) {
                        comparePacked(projects);
                      }
                    }));
  }

  private static void comparePacked(boolean projects) {
    boolean batch_first = !projects;
    Tensor x = batch_first ? randn(4, 6, FEATURES) : randn(6, 4, FEATURES);
    Tensor lengths = Tensor.create(3L, 5L, 1L, 5L);
    Tensor h = randn(projects ? 2 : 4, 4, projects ? 2 : 6);
    Tensor c = randn(projects ? 2 : 4, 4, 6);
    manual_seed(7);
    Layer layer =
        projects
            ? new LSTM(new LSTMOptions(FEATURES, 6).num_layers(2).proj_size(2))
            : new LSTM(stackedHere());
    manual_seed(7);
    var options = projects ? projected() : stacked();
    options.dropout().put(0);
    PackedSequence packed = pack_padded_sequence(x, lengths, batch_first, false);
    var expected =
        new LSTMImpl(options).forward_with_packed_input(packed, new T_TensorTensor_T(h, c));
    Tensor[] actual = layer.forward_all(x, h, c, lengths);
    Tensor output = pad_packed_sequence(expected.get0(), batch_first, 0, new LongOptional()).get0();
    assertEquals(5, output.size(batch_first ? 1 : 0));
    assertClose(output, actual[0]);
    assertClose(expected.get1().get0(), actual[1]);
    assertClose(expected.get1().get1(), actual[2]);
    assertClose(
        layer.forward_all(x, Tensor.create(3L, 5L, 1L, 5L))[0],
        layer.forward(
            x, torch.zeros_like(h), torch.zeros_like(c), lengths.to(torch.ScalarType.Int)));
  }

  @Test
  void withoutABatchThereIsOneSampleLess() {
    try (PointerScope scope = new PointerScope();
        Layer layer = new LSTM(stackedHere());
        Layer cell = new GRUCell(FEATURES, 6)) {
      Tensor x = randn(STEPS, FEATURES);
      Tensor h = randn(4, 6);
      Tensor c = randn(4, 6);
      Tensor[] single = layer.forward_all(x, h, c);
      Tensor[] batch = layer.forward_all(x.unsqueeze(0), h.unsqueeze(1), c.unsqueeze(1));
      assertClose(batch[0].squeeze(0), single[0]);
      assertClose(batch[1].squeeze(1), single[1]);
      assertClose(batch[2].squeeze(1), single[2]);
      assertClose(
          cell.forward(x.narrow(0, 0, 1), h.narrow(0, 0, 1)).squeeze(0),
          cell.forward(x.select(0, 0), h.select(0, 0)));
    }
  }

  @Test
  void forwardGivesTheFirstOutput() {
    try (PointerScope scope = new PointerScope();
        Layer layer = new LSTM(FEATURES, 6);
        Layer cell = new LSTMCell(FEATURES, 6)) {
      Tensor x = randn(STEPS, SAMPLES, FEATURES);
      assertTrue(layer.forward_all(x)[0].equal(layer.forward(x)));
      Tensor h = randn(SAMPLES, 6);
      assertTrue(
          cell.forward_all(x.select(0, 0), h, h)[0].equal(cell.forward(x.select(0, 0), h, h)));
    }
  }

  @Test
  void dropoutActsWhileTrainingAlone() {
    try (PointerScope scope = new PointerScope();
        Layer layer = new RNN(new RNNOptions(FEATURES, 6).num_layers(2).dropout(0.5))) {
      Tensor x = randn(STEPS, SAMPLES, FEATURES);
      assertFalse(layer.forward(x).equal(layer.forward(x)));
      layer.eval();
      assertTrue(layer.forward(x).equal(layer.forward(x)));
    }
  }

  @Test
  void parametersAreReplacedForOneCall() {
    try (PointerScope scope = new PointerScope();
        Layer layer = new GRU(FEATURES, 6);
        Layer other = new GRU(FEATURES, 6)) {
      Tensor x = randn(STEPS, SAMPLES, FEATURES);
      assertClose(other.forward(x), layer.forward_with(other.named_parameters(), x)[0]);
      assertFalse(layer.forward(x).equal(other.forward(x)));
    }
  }

  // LibTorch calls oneDNN for single precision, whose derivatives are its own.
  @Test
  void singlePrecisionIsDerivedTwiceAsDoubleIs() {
    try (PointerScope scope = new PointerScope();
        Layer layer = new LSTM(new LSTMOptions(FEATURES, 6).num_layers(2).bidirectional(true))) {
      Tensor x = randn(STEPS, SAMPLES, FEATURES);
      Tensor single = secondDerivative(layer, x);
      layer.to(torch.ScalarType.Double);
      Tensor twice = secondDerivative(layer, x.to(torch.ScalarType.Double));
      Numeric.assertClose(twice, single.to(torch.ScalarType.Double), 1e-4, "second derivative");
    }
  }

  private static Tensor secondDerivative(Layer layer, Tensor input) {
    Tensor x = input.detach().requires_grad_(true);
    Tensor loss = layer.forward(x).pow(new Scalar(3.0)).sum();
    Tensor gradient = Autograd.grad(loss, x, Autograd.CREATE_GRAPH);
    return Autograd.grad(gradient.square().sum(), x);
  }
}
