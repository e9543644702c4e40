package org.jennit.canonizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.core.CallContext;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Numeric;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batch norms that cannot be merged without changing the function are refused, or left alone. */
class MergeRefusalTest {
  private final PointerScope scope = new PointerScope();
  private final Composite merging = new Composite(List.of(new SequentialMergeBatchNorm()));
  private final Tensor input = Numeric.normal(1, 5, 3);

  @AfterEach
  void close() {
    scope.close();
  }

  /** One layer and two batch norms, joined by `kind`. */
  private static final class Joined extends Module {
    private final String kind;

    Joined(String kind) {
      this.kind = kind;
      register_module("layer", new Linear(3, 3));
      register_module("norm", new BatchNorm1d(3));
      register_module("other", new BatchNorm1d(3));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor y = get_submodule("layer").forward(inputs[0]);
      Module norm = get_submodule("norm");
      return switch (kind) {
        case "directly" -> norm.forward(y);
        case "two norms" -> norm.forward(y).add(get_submodule("other").forward(y));
        case "goes elsewhere" -> norm.forward(y).add(y);
        case "a relu between" -> norm.forward(y.relu());
        default -> throw new IllegalStateException(kind);
      };
    }
  }

  private static <M extends Module> M drawn(M model) {
    Numeric.drawn(model, 3);
    model.eval();
    return model;
  }

  private void assertRefused(String kind) {
    try (Joined model = drawn(new Joined(kind))) {
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        JennitException refusal =
            assertThrows(JennitException.class, () -> context.model().forward(input));
        assertTrue(
            refusal.getMessage().contains("merging 'norm' into 'layer' changes what the model"),
            refusal.getMessage());
      }
      Numeric.assertClose(plain, Numeric.values(model.forward(input)), 0, "restored");
      try (CallContext context = merging.call_context(model)) {
        assertThrows(JennitException.class, () -> context.run(() -> model.forward(input)));
      }
      assertThrows(
          JennitException.class, () -> OutputDifference.require(model, merging, 1e-9, input));
    }
  }

  @Test
  void whatChangesTheFunctionIsRefusedByName() {
    assertRefused("two norms");
    assertRefused("goes elsewhere");
    assertRefused("a relu between");
  }

  @Test
  void whatDoesNotIsMerged() {
    try (Joined model = drawn(new Joined("directly"))) {
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        Numeric.assertClose(plain, Numeric.values(model.forward(input)), 1e-12, "merged");
        assertTrue(model.get_submodule("norm").is_overridden());
        assertEquals(model, context.model());
      }
      assertTrue(OutputDifference.of(model, merging, input) < 1e-12);
      OutputDifference.require(model, merging, 1e-9, input);
    }
  }

  @Test
  void whatWasRightInOneModelIsLookedAtInAnother() {
    try (Joined right = drawn(new Joined("directly"));
        Joined wrong = drawn(new Joined("two norms"))) {
      try (CompositeContext context = merging.context(right)) {
        assertEquals(2, context.model().forward(input).dim());
      }
      wrong.replace_module("layer", right.get_submodule("layer")).close();
      wrong.replace_module("norm", right.get_submodule("norm")).close();
      try (CompositeContext context = merging.context(wrong)) {
        assertThrows(JennitException.class, () -> context.model().forward(input));
      }
    }
  }

  @Test
  void aLayerWithAnotherForwardIsLeftAlone() {
    try (Sequential model = drawn(new Sequential(new Linear(3, 3), new BatchNorm1d(3)))) {
      model.get_submodule("0").override_forward(inputs -> inputs[0].mul(new Scalar(2)));
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        assertFalse(model.get_submodule("1").is_overridden());
        Numeric.assertClose(plain, Numeric.values(context.model().forward(input)), 0, "not merged");
      }
    }
  }

  @Test
  void aContainerWithAnotherForwardIsLookedAt() {
    try (Sequential model = drawn(new Sequential(new Linear(3, 3), new BatchNorm1d(3)))) {
      model.override_forward(
          inputs ->
              model.get_submodule("1").forward(model.get_submodule("0").forward(inputs[0]).relu()));
      try (CompositeContext context = merging.context(model)) {
        JennitException refusal =
            assertThrows(JennitException.class, () -> context.model().forward(input));
        assertTrue(refusal.getMessage().contains("changes what the model"), refusal.getMessage());
      }
    }
  }

  @Test
  void batchNormsInTrainingModeAreLeftAlone() {
    try (Sequential model = drawn(new Sequential(new Linear(3, 3), new BatchNorm1d(3)))) {
      model.train();
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        assertFalse(model.get_submodule("1").is_overridden());
        Numeric.assertClose(plain, Numeric.values(model.forward(input)), 0, "in training");
        assertEquals(model, context.model());
      }
      Composite named =
          new Composite(
              List.of(
                  new NamedMergeBatchNorm(
                      List.of(new NamedMergeBatchNorm.Names(List.of("0"), "1")))));
      String message = assertThrows(JennitException.class, () -> named.context(model)).getMessage();
      assertTrue(message.contains("the batch norm '1' is in training mode"), message);
    }
  }

  @Test
  void trainingModeIsNoticedWhileMerged() {
    try (Sequential model = drawn(new Sequential(new Linear(3, 3), new BatchNorm1d(3)))) {
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        model.train();
        String message =
            assertThrows(JennitException.class, () -> context.model().forward(input)).getMessage();
        assertTrue(
            message.contains("in module '1' (BatchNorm1d): it was merged into the layer before it"),
            message);
        model.eval();
        Numeric.assertClose(plain, Numeric.values(model.forward(input)), 1e-12, "in evaluation");
      }
      model.train();
      assertEquals(2, model.forward(input).dim(), "unmerged, it trains");
    }
  }

  @Test
  void aLayerThatStandsTwiceIsLeftAlone() {
    Linear twice = new Linear(3, 3);
    try (Sequential model =
        drawn(new Sequential(twice, new BatchNorm1d(3), new ReLU(), twice, new BatchNorm1d(3)))) {
      double[] plain = Numeric.values(model.forward(input));
      try (CompositeContext context = merging.context(model)) {
        Numeric.assertClose(plain, Numeric.values(model.forward(input)), 0, "not merged");
        assertEquals(model, context.model());
      }
    }
  }

  @Test
  void parametersThatChangeWhileMergedAreNoticed() {
    try (Sequential model = drawn(new Sequential(new Linear(3, 3), new BatchNorm1d(3)))) {
      Map<String, Tensor> other =
          Map.of("0.weight", Numeric.normal(7, 3, 3), "1.running_mean", Numeric.normal(8, 3));
      List<Runnable> changes =
          List.of(
              () -> model.load_state_dict(other, false),
              () -> model.to(ScalarType.Float),
              () -> model.to(ScalarType.Double),
              () -> {
                try (NoGradGuard unrecorded = new NoGradGuard()) {
                  model.get_submodule("1").get_parameter("weight").mul_(new Scalar(2));
                }
              });
      for (Runnable change : changes) {
        try (CompositeContext context = merging.context(model)) {
          change.run();
          JennitException refusal =
              assertThrows(JennitException.class, () -> context.model().forward(input));
          assertTrue(
              refusal.getMessage().contains("in module '0' (Linear): its weight was merged from"),
              refusal.getMessage());
        }
        Tensor matching = input.to(model.get_submodule("0").get_parameter("weight").scalar_type());
        double[] plain = Numeric.values(model.forward(matching));
        try (CompositeContext context = merging.context(model)) {
          Numeric.assertClose(
              plain,
              Numeric.values(context.model().forward(matching)),
              matching.scalar_type() == ScalarType.Double ? 1e-12 : 1e-5,
              "registered anew");
        }
      }
    }
  }
}
