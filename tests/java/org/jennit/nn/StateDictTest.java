package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Numeric;
import org.junit.jupiter.api.Test;

/** Parameters and buffers: names, loading, conversion, gradients. */
class StateDictTest {

  private static Sequential model() {
    return new Sequential(new Conv2d(1, 2, 3), new BatchNorm2d(2), new Flatten(), new Linear(8, 2));
  }

  @Test
  void namesAndOrderAreTorchs() {
    try (Sequential model = model()) {
      assertEquals(
          List.of(
              "0.weight",
              "0.bias",
              "1.weight",
              "1.bias",
              "1.running_mean",
              "1.running_var",
              "1.num_batches_tracked",
              "3.weight",
              "3.bias"),
          List.copyOf(model.state_dict().keySet()));
      assertEquals(
          List.of("0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"),
          List.copyOf(model.named_parameters().keySet()));
      assertEquals(
          List.of("1.running_mean", "1.running_var", "1.num_batches_tracked"),
          List.copyOf(model.named_buffers().keySet()));
      assertTrue(model.named_parameters(false).isEmpty());
    }
  }

  @Test
  void loadingCopiesValues() {
    try (Sequential from = Numeric.drawn(model(), 1);
        Sequential into = Numeric.drawn(model(), 2);
        Tensor input = Numeric.normal(3, 2, 1, 4, 4)) {
      from.eval();
      into.eval();
      into.load_state_dict(from.state_dict());
      Numeric.assertClose(from.forward(input), into.forward(input), 0, "loaded");
      into.state_dict().get("0.weight").data_ptr_double().put(0, 42.0);
      assertFalse(Numeric.values(from.state_dict().get("0.weight"))[0] == 42.0);
    }
  }

  @Test
  void whatDoesNotFitIsListedAndNothingIsCopied() {
    try (Sequential model = Numeric.drawn(model(), 1)) {
      double[] before = Numeric.values(model.state_dict().get("0.weight"));
      Map<String, Tensor> state = new LinkedHashMap<>();
      state.put("0.weight", torch.zeros(2, 1, 3, 3));
      state.put("3.weight", torch.zeros(8, 2));
      state.put("elsewhere", torch.zeros(1));
      String message =
          assertThrows(JennitException.class, () -> model.load_state_dict(state)).getMessage();
      for (String part : List.of("0.bias", "elsewhere", "3.weight is [8, 2]", "[2, 8]")) {
        assertTrue(message.contains(part), message);
      }
      assertThrows(JennitException.class, () -> model.load_state_dict(state, false));
      Numeric.assertClose(before, Numeric.values(model.state_dict().get("0.weight")), 0, "kept");
      state.remove("3.weight");
      LoadResult result = model.load_state_dict(state, false);
      assertEquals(List.of("elsewhere"), result.unexpected_keys());
      assertTrue(result.missing_keys().contains("3.weight"));
      assertFalse(result.missing_keys().contains("0.weight"));
      assertEquals(0, model.state_dict().get("0.weight").abs().max().item().toDouble());
    }
  }

  /** A map of a known version, as a file by PyTorch gives. */
  private static final class Versioned extends LinkedHashMap<String, Tensor>
      implements VersionedState {
    private static final long serialVersionUID = 1L;
    private final long version;

    Versioned(Map<String, Tensor> state, long version) {
      super(state);
      this.version = version;
    }

    @Override
    public OptionalLong version(String module_path) {
      return module_path.equals("1") ? OptionalLong.of(version) : OptionalLong.empty();
    }
  }

  @Test
  void batchNormsWithoutCountersLoadIfTheirVersionHadNone() {
    try (Sequential model = Numeric.drawn(model(), 1);
        BatchNorm2d root = new BatchNorm2d(2)) {
      Map<String, Tensor> old = new LinkedHashMap<>(model.state_dict());
      old.remove("1.num_batches_tracked");
      model.load_state_dict(old);
      assertEquals(List.of(), model.load_state_dict(old, false).missing_keys());
      model.load_state_dict(new Versioned(old, 1));
      String message =
          assertThrows(JennitException.class, () -> model.load_state_dict(new Versioned(old, 2)))
              .getMessage();
      assertTrue(message.contains("Names missing: 1.num_batches_tracked."), message);
      Map<String, Tensor> bare = new LinkedHashMap<>(root.state_dict());
      bare.remove("num_batches_tracked");
      root.load_state_dict(bare);
      bare.remove("running_mean");
      assertThrows(JennitException.class, () -> root.load_state_dict(bare));
    }
  }

  @Test
  void scalarsOfOneElementLoadAsOldOnes() {
    try (Sequential model = model()) {
      Map<String, Tensor> old = new LinkedHashMap<>(model.state_dict());
      old.put("1.num_batches_tracked", torch.full(new long[] {1}, new Scalar(7L)));
      model.load_state_dict(old);
      assertEquals(7, model.state_dict().get("1.num_batches_tracked").item().toLong());
      old.put("1.num_batches_tracked", torch.full(new long[] {2}, new Scalar(7L)));
      assertThrows(JennitException.class, () -> model.load_state_dict(old));
    }
  }

  @Test
  void conversionLeavesIntegersAlone() {
    try (Sequential model = model()) {
      model.to(ScalarType.Double);
      model
          .state_dict()
          .forEach(
              (name, tensor) ->
                  assertEquals(
                      name.endsWith("num_batches_tracked") ? ScalarType.Long : ScalarType.Double,
                      tensor.scalar_type().intern(),
                      name));
      assertTrue(model.named_parameters().get("0.weight").requires_grad());
      assertTrue(model.named_parameters().get("0.weight").is_leaf());
    }
  }

  @Test
  void modesReachAllModules() {
    try (Sequential model =
        new Sequential(new Sequential(new Dropout()), new JavaModuleTest.Twice())) {
      model.eval();
      assertTrue(model.modules().stream().noneMatch(Module::is_training));
      model.train();
      assertTrue(model.modules().stream().allMatch(Module::is_training));
    }
  }

  @Test
  void gradientsArriveAndAreForgotten() {
    try (Sequential model = Numeric.drawn(new Sequential(new Linear(2, 1)), 1);
        Tensor input = Numeric.tensor(new double[] {3, -2}, 1, 2)) {
      model.forward(input).sum().backward();
      assertEquals(
          List.of(3.0, -2.0),
          java.util.Arrays.stream(Numeric.values(model.named_parameters().get("0.weight").grad()))
              .boxed()
              .toList());
      model.zero_grad();
      assertFalse(model.named_parameters().get("0.weight").grad().defined());
      model.requires_grad_(false);
      assertFalse(model.forward(input).requires_grad());
      JennitException refused =
          assertThrows(
              JennitException.class, () -> Autograd.grad(model.forward(input).sum(), input));
      assertTrue(refused.getMessage().contains("does not require grad"), refused.getMessage());
    }
  }

  @Test
  void anUnusedInputIsAnErrorUnlessAllowed() {
    try (Tensor used = Numeric.normal(1, 2).requires_grad_(true);
        Tensor unused = Numeric.normal(2, 2).requires_grad_(true)) {
      Tensor output = used.square().sum();
      JennitException refused =
          assertThrows(
              JennitException.class, () -> Autograd.grad(output, unused, Autograd.RETAIN_GRAPH));
      assertTrue(refused.getMessage().contains("not have been used"), refused.getMessage());
      assertFalse(Autograd.grad(output, unused, Autograd.ALLOW_UNUSED).defined());
    }
  }
}
