package org.jennit.attribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonAlpha2Beta1;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.EpsilonPlusFlat;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.Inactive;
import org.jennit.core.Numeric;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * An attributor that records nothing spares the graphs of the layers under rules, and what is made
 * of small layers' weights from call to call: users see neither.
 */
class RelevanceAloneTest {
  private final PointerScope scope = new PointerScope();
  private final Sequential model =
      Numeric.drawn(
          new Sequential(
              new Conv2d(2, 4, 3, 1, 1),
              new ReLU(),
              new MaxPool2d(2, 2),
              new Conv2d(4, 6, 3),
              new ReLU(true),
              new Flatten(),
              new Linear(24, 5)),
          3);
  private final List<Tensor> points = new ArrayList<>();
  private Tensor input;

  @BeforeEach
  void draw() {
    input = Numeric.normal(4, 3, 2, 8, 8);
  }

  @AfterEach
  void close() {
    points.forEach(Tensor::close);
    model.close();
    scope.close();
  }

  private static Map<String, Composite> composites() {
    Map<String, Composite> composites = new LinkedHashMap<>();
    composites.put("EpsilonPlus", new EpsilonPlus());
    composites.put("EpsilonPlusFlat", new EpsilonPlusFlat());
    composites.put("EpsilonAlpha2Beta1", new EpsilonAlpha2Beta1());
    composites.put("EpsilonGammaBox", new EpsilonGammaBox(new CompositeOptions().low(-4).high(4)));
    composites.put("GuidedBackprop", new GuidedBackprop());
    return composites;
  }

  private double[] relevance(Gradient attributor) {
    try (PointerScope temporaries = new PointerScope()) {
      return Numeric.values(attributor.apply(input, 1).relevance());
    }
  }

  private Stream<DynamicTest> underEach(Consumer<Composite> test) {
    return composites().entrySet().stream()
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> test.accept(entry.getValue())));
  }

  @TestFactory
  Stream<DynamicTest> isTheRelevanceOfAnAttributorThatRecords() {
    return underEach(
        composite -> {
          double[] recorded = relevance(new Gradient(model, composite).retain_graph(true));
          try (Gradient open = new Gradient(model, composite).open()) {
            for (int call = 0; call < 3; call++) {
              assertArrayEquals(recorded, relevance(open), "call " + call);
            }
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> followsWeightsThatAreWrittenPastLibTorch() {
    return underEach(
        composite -> {
          try (Gradient open = new Gradient(model, composite).open()) {
            relevance(open);
            double[] before = relevance(open);
            for (String name : new String[] {"0.weight", "3.bias", "6.weight"}) {
              int dot = name.indexOf('.');
              Tensor parameter =
                  model
                      .get_submodule(name.substring(0, dot))
                      .get_parameter(name.substring(dot + 1));
              DoublePointer values = parameter.data_ptr_double();
              for (long i = 0; i < parameter.numel(); i++) {
                values.put(i, 0.2 - 1.25 * values.get(i));
              }
              double[] after = relevance(open);
              assertArrayEquals(relevance(new Gradient(model, composite)), after, name);
              assertFalse(Arrays.equals(before, after), name);
              before = after;
            }
          }
        });
  }

  /** Keeps what the model is called with. */
  private RemovableHandle watched() {
    return model.register_forward_pre_hook(
        (module, inputs) -> {
          Tensor point = new Tensor(inputs[0]);
          point.retainReference();
          points.add(point);
          return null;
        });
  }

  /** Scaled by the true gradient, which is asked for in the middle of an attribution. */
  private Gradient scaledByTrueGradient(Gradient attributor) {
    return attributor.attr_output(
        output -> {
          try (Inactive off = attributor.inactive()) {
            Tensor score = output.select(1, 1).sum();
            Tensor point = points.get(points.size() - 1);
            Tensor gradient = Autograd.grad(score, point, Autograd.RETAIN_GRAPH);
            return output.mul(gradient.abs().mean());
          }
        });
  }

  @Test
  void refusesTrueGradientsOfACallThatDidNotRecordThem() {
    try (Gradient attributor = new Gradient(model, new EpsilonPlus()).open();
        RemovableHandle seen = watched()) {
      double[] before = relevance(attributor);
      Gradient scaled = scaledByTrueGradient(attributor);
      JennitException refused =
          assertThrows(JennitException.class, () -> scaled.apply(input).close());
      assertTrue(refused.getMessage().contains("module '6' (Linear)"), refused.getMessage());
      assertTrue(refused.getMessage().contains("create_graph(true)"), refused.getMessage());
      assertArrayEquals(before, relevance(attributor), "the attributor works on");
    }
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
  }

  @Test
  void givesTrueGradientsWhereTheyAreRecorded() {
    try (RemovableHandle seen = watched();
        Gradient attributor = new Gradient(model, new EpsilonPlus()).create_graph(true).open();
        Attribution plain = new Gradient(model).target(1).apply(input);
        Attribution relevance = attributor.apply(input);
        Attribution scaled = scaledByTrueGradient(attributor).apply(input)) {
      Tensor expected = relevance.relevance().mul(plain.relevance().abs().mean());
      Numeric.assertClose(expected, scaled.relevance(), 1e-12, "scaled relevance");
    }
  }

  /** What forward_fn does is not known: it may ask for anything. */
  @Test
  void recordsAllForAForwardOfTheUsersOwn() {
    try (Gradient attributor =
            new Gradient(model, new EpsilonPlus())
                .forward_fn(
                    x -> {
                      Tensor output = model.forward(x);
                      return Autograd.grad(output.sum(), x, Autograd.CREATE_GRAPH)
                          .square()
                          .sum(new long[] {2, 3});
                    })
                .open();
        Attribution attribution = attributor.apply(input)) {
      assertTrue(attribution.is_finite());
      assertFalse(Arrays.stream(Numeric.values(attribution.relevance())).allMatch(v -> v == 0));
    }
  }
}
