package org.jennit.canonizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Autograd;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.core.Coverage;
import org.jennit.core.Numeric;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.BatchNorm3d;
import org.jennit.nn.BatchNormOptions;
import org.jennit.nn.Conv1d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Conv3d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.ConvTranspose1d;
import org.jennit.nn.ConvTranspose2d;
import org.jennit.nn.ConvTranspose3d;
import org.jennit.nn.ConvTransposeOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Merged batch norms: the same function, one linear map, and everything as before afterwards. */
class MergeBatchNormTest {

  private static Sequential drawn(Module linear, Module norm) {
    Sequential model = Numeric.drawn(new Sequential(linear, norm), 3);
    model.eval();
    return model;
  }

  private static DynamicTest merges(Supplier<Module> linear, Supplier<Module> norm, long... shape) {
    return DynamicTest.dynamicTest(
        linear.get() + " and " + norm.get(),
        () -> {
          for (Canonizer canonizer :
              List.of(
                  new SequentialMergeBatchNorm(),
                  new NamedMergeBatchNorm(
                      List.of(new NamedMergeBatchNorm.Names(List.of("0"), "1"))))) {
            check(drawn(linear.get(), norm.get()), canonizer, shape);
          }
        });
  }

  private static void check(Sequential model, Canonizer canonizer, long... shape) {
    try (PointerScope scope = new PointerScope();
        model) {
      Tensor x = Numeric.normal(5, shape);
      double[] expected = Numeric.values(model.forward(x));
      Map<String, double[]> state = state(model);
      try (CompositeContext context = new Composite(List.of(canonizer)).context(model)) {
        double[] merged = Numeric.values(model.forward(x));
        Numeric.assertClose(expected, merged, 1e-12, "merged");
        Numeric.assertClose(
            merged,
            Numeric.values(model.get_submodule("0").forward(x)),
            0,
            "the batch norm is the identity");
        assertState(state, model);
      }
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, "restored");
      assertState(state, model);
      assertTrue(model.modules().stream().noneMatch(Module::is_overridden));
    }
  }

  private static Map<String, double[]> state(Module model) {
    Map<String, double[]> state = new LinkedHashMap<>();
    model.state_dict().forEach((name, tensor) -> state.put(name, Numeric.values(tensor)));
    return state;
  }

  private static void assertState(Map<String, double[]> expected, Module model) {
    Map<String, double[]> actual = state(model);
    assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
    expected.forEach(
        (name, values) -> Numeric.assertClose(values, actual.get(name), 0, "state " + name));
  }

  @TestFactory
  Stream<DynamicTest> everyLinearLayer() {
    BatchNormOptions bare = new BatchNormOptions(6).affine(false).eps(0.1);
    return Stream.of(
        merges(() -> new Linear(3, 6), () -> new BatchNorm1d(6), 4, 3),
        merges(() -> new Linear(3, 6, false), () -> new BatchNorm1d(bare), 4, 3),
        merges(() -> new Linear(3, 6), () -> new BatchNorm1d(new BatchNormOptions(6).eps(0)), 4, 3),
        merges(
            () -> new Conv1d(new ConvOptions(4, 6, 3).groups(2).stride(2)),
            () -> new BatchNorm1d(6),
            2,
            4,
            7),
        merges(
            () -> new Conv2d(new ConvOptions(2, 6, 3).bias(false).padding(1)),
            () -> new BatchNorm2d(6),
            2,
            2,
            4,
            4),
        merges(() -> new Conv2d(3, 6, 3), () -> new BatchNorm2d(bare), 2, 3, 4, 4),
        merges(() -> new Conv3d(2, 6, 2), () -> new BatchNorm3d(6), 2, 2, 3, 3, 3),
        merges(
            () -> new ConvTranspose1d(new ConvTransposeOptions(4, 6, 3).stride(2)),
            () -> new BatchNorm1d(6),
            2,
            4,
            5),
        merges(
            () -> new ConvTranspose1d(new ConvTransposeOptions(4, 6, 3).groups(2)),
            () -> new BatchNorm1d(6),
            2,
            4,
            5),
        merges(
            () -> new ConvTranspose2d(new ConvTransposeOptions(6, 6, 2).groups(3).bias(false)),
            () -> new BatchNorm2d(6),
            2,
            6,
            3,
            3),
        merges(
            () -> new ConvTranspose3d(new ConvTransposeOptions(2, 6, 2).groups(2).stride(2)),
            () -> new BatchNorm3d(6),
            2,
            2,
            2,
            2,
            2));
  }

  @Test
  void oneBatchNormAfterTwoLinears() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(
                new Sequential(new Linear(2, 3), new Linear(2, 3), new BatchNorm1d(3)), 1)) {
      model.eval();
      Tensor x = Numeric.normal(1, 2, 2);
      Module norm = model.get_submodule("2");
      Tensor[] expected = {
        norm.forward(model.get_submodule("0").forward(x)),
        norm.forward(model.get_submodule("1").forward(x))
      };
      Canonizer canonizer =
          new NamedMergeBatchNorm(List.of(new NamedMergeBatchNorm.Names(List.of("0", "1"), "2")));
      try (CompositeContext context = new Composite(List.of(canonizer)).context(model)) {
        for (int i = 0; i < 2; i++) {
          Numeric.assertClose(
              expected[i],
              norm.forward(model.get_submodule("" + i).forward(x)),
              1e-12,
              "linear " + i);
        }
      }
    }
  }

  @Test
  void whatIsMergedIsNotMergedAgain() {
    try (PointerScope scope = new PointerScope();
        Sequential model = drawn(new Linear(3, 4), new BatchNorm1d(4))) {
      Tensor x = Numeric.normal(1, 2, 3);
      double[] expected = Numeric.values(model.forward(x));
      Composite twice = new Composite(List.of(new SequentialMergeBatchNorm(), new VGGCanonizer()));
      Composite named =
          new Composite(
              List.of(
                  new NamedMergeBatchNorm(
                      List.of(new NamedMergeBatchNorm.Names(List.of("0"), "1")))));
      try (CompositeContext outer = twice.context(model);
          CompositeContext inner = named.context(model)) {
        assertTrue(model.get_submodule("1").is_overridden());
        Numeric.assertClose(expected, Numeric.values(model.forward(x)), 1e-12, "merged");
      }
      assertFalse(model.get_submodule("1").is_overridden());
      Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, "restored");
    }
  }

  @Test
  void aFailureHalfWayRestoresWhatWasMerged() {
    try (PointerScope scope = new PointerScope();
        Sequential model =
            Numeric.drawn(
                new Sequential(
                    new Linear(2, 3),
                    new BatchNorm1d(3),
                    new ReLU(),
                    new Linear(3, 3),
                    new BatchNorm1d(new BatchNormOptions(3).track_running_stats(false))),
                1)) {
      model.eval();
      Tensor x = Numeric.normal(1, 4, 2);
      double[] expected = Numeric.values(model.forward(x));
      String message =
          assertThrows(
                  JennitException.class,
                  () -> new Composite(List.of(new SequentialMergeBatchNorm())).context(model))
              .getMessage();
      assertTrue(message.contains("no running statistics"), message);
      for (NamedMergeBatchNorm.Names wrong :
          List.of(
              new NamedMergeBatchNorm.Names(List.of("2"), "1"),
              new NamedMergeBatchNorm.Names(List.of("0"), "2"),
              new NamedMergeBatchNorm.Names(List.of("3"), "4"),
              new NamedMergeBatchNorm.Names(List.of("9"), "1"))) {
        Composite composite =
            new Composite(
                List.of(
                    new NamedMergeBatchNorm(
                        List.of(new NamedMergeBatchNorm.Names(List.of("0"), "1"), wrong))));
        assertThrows(RuntimeException.class, () -> composite.context(model));
        Numeric.assertClose(expected, Numeric.values(model.forward(x)), 0, wrong.toString());
      }
    }
  }

  @Test
  void channelsThatDoNotFitAreRefusedAndNothingChanges() {
    refused(new Sequential(new Linear(2, 4), new BatchNorm1d(3)), 4, 2);
    // One channel would broadcast.
    refused(new Sequential(new Linear(2, 4), new BatchNorm1d(1)), 4, 2);
    refused(new Sequential(new ConvTranspose1d(2, 4, 3), new BatchNorm1d(6)), 1, 2, 3);
    refused(new Sequential(new ConvTranspose1d(2, 4, 3), new BatchNorm1d(8)), 1, 2, 3);
  }

  private static void refused(Sequential drawn, long... shape) {
    try (PointerScope scope = new PointerScope();
        Sequential model = Numeric.drawn(drawn, 1)) {
      model.eval();
      Tensor x = Numeric.normal(1, shape);
      double[] expected = Numeric.values(model.get_submodule("0").forward(x));
      String message =
          assertThrows(
                  JennitException.class,
                  () -> new Composite(List.of(new SequentialMergeBatchNorm())).context(model))
              .getMessage();
      assertTrue(message.contains("features cannot be merged into "), message);
      Numeric.assertClose(
          expected, Numeric.values(model.get_submodule("0").forward(x)), 0, "restored");
    }
  }

  @Test
  void aRuleSeesOneLinearMap() {
    try (PointerScope scope = new PointerScope();
        Sequential model = drawn(new Linear(3, 4), new BatchNorm1d(4))) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 4);
      // Without a bias in the way: x times the gradient of the whole, divided by the whole.
      Tensor y = model.forward(x);
      Tensor expected =
          x.mul(Autograd.grad(y, x, upper.div(new org.jennit.core.Stabilizer(0.2).apply(y))));
      Composite composite =
          new Composite(
              (context, name, module) ->
                  switch (name) {
                    case "0" -> new Epsilon(0.2);
                    case "1" -> new Pass();
                    default -> null;
                  },
              List.of(new SequentialMergeBatchNorm()));
      try (CompositeContext context = composite.context(model)) {
        Numeric.assertClose(
            expected, Autograd.grad(model.forward(x), x, upper), 1e-12, "relevance");
      }
    }
  }

  @Test
  void rulesWithOtherParametersKeepAMergedBatchNormTheIdentity() {
    try (PointerScope scope = new PointerScope();
        Sequential model = drawn(new Linear(3, 4), new BatchNorm1d(4))) {
      Tensor x = Numeric.normal(1, 2, 3).requires_grad_(true);
      Tensor upper = Numeric.normal(2, 2, 4);
      double[][] relevance = new double[2][];
      for (int i = 0; i < 2; i++) {
        org.jennit.core.Hook onNorm =
            i == 0 ? new Pass() : new Flat(new org.jennit.core.Stabilizer(0));
        Composite composite =
            new Composite(
                (context, name, module) ->
                    switch (name) {
                      case "0" -> new Epsilon(0.2);
                      case "1" -> onNorm;
                      default -> null;
                    },
                List.of(new SequentialMergeBatchNorm()));
        try (CompositeContext context = composite.coverage(Coverage.REQUIRE).context(model)) {
          relevance[i] = Numeric.values(Autograd.grad(model.forward(x), x, upper));
        }
      }
      Numeric.assertClose(relevance[0], relevance[1], 1e-12, "Flat of an identity");
    }
  }
}
