package org.jennit.core;

import static org.jennit.core.WatchedModel.rule;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.jennit.Diagnostics;
import org.jennit.Diagnostics.Kind;
import org.jennit.JennitException;
import org.jennit.canonizers.AttributeCanonizer;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.junit.LeavesNothing;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.rules.Gamma;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nothing native is left of what works: what the caller is given is closed here by hand, and all
 * else must be gone at once, without a garbage collection. Only the functions of Java that native
 * code calls wait for one.
 */
@Tag("lifetimes")
@ExtendWith(LeavesNothing.class)
class NativeObjectsAfterWorkTest {
  private static final Tensor floats = org.bytedeco.pytorch.global.torch.ones(1, 4);
  private static WatchedModel watched;

  @BeforeAll
  static void open() {
    watched = new WatchedModel();
  }

  @AfterAll
  static void close() {
    watched.close();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsLeft() {
    return watched.checks(works());
  }

  /** Adds one, in Java. */
  private static final class Plus extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor one = inputs[0].mul(new Scalar(0.0)).add(new Scalar(1.0));
      return inputs[0].add(one);
    }
  }

  private static Map<String, RepeatedWork> works() {
    Composite plus = new EpsilonPlus();
    Composite merged =
        new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm()));
    Composite recipe = new Composite(List.of(new SoftplusCanonizer(10)));
    BasicHook basic = new BasicHook();
    Map<String, RepeatedWork> works = new LinkedHashMap<>();
    works.put("a gradient", new RepeatedWork(0, watched::attribute));
    works.put("a composite", new RepeatedWork(0, () -> watched.under(plus, watched::attribute)));
    works.put(
        "a recorded relevance",
        new RepeatedWork(
            0, () -> watched.under(plus, () -> watched.attribute(Autograd.CREATE_GRAPH))));
    works.put(
        "a second derivative",
        new RepeatedWork(0, () -> watched.under(plus, NativeObjectsAfterWorkTest::differentiate)));
    works.put(
        "merged batch norms", new RepeatedWork(0, () -> watched.under(merged, watched::attribute)));
    works.put(
        "the recipe",
        new RepeatedWork(
            0, () -> watched.under(recipe, () -> watched.attribute(Autograd.CREATE_GRAPH))));
    works.put(
        "a replaced forward",
        new RepeatedWork(
            1, () -> watched.under(new Composite(List.of(skipping())), () -> watched.attribute())));
    works.put(
        "inactive rules", new RepeatedWork(0, () -> watched.under(plus, () -> inactive(plus))));
    works.put(
        "many directions of one forward",
        new RepeatedWork(0, () -> watched.under(plus, () -> retained(3))));
    works.put(
        "hooks",
        new RepeatedWork(
            3,
            () -> {
              Module layer = watched.model.get_submodule("2");
              try (RemovableHandle pre =
                      layer.register_forward_pre_hook(
                          (m, in) -> new Tensor[] {in[0].mul(new Scalar(2.0))});
                  RemovableHandle after =
                      layer.register_forward_hook((m, in, out) -> out[0].mul(new Scalar(2.0)))) {
                watched.hooked(
                    layer.register_full_backward_hook(
                        (m, in, out) -> new Tensor[] {in[0].mul(new Scalar(2.0))}));
              }
            }));
    works.put(
        "a BasicHook",
        new RepeatedWork(1, () -> watched.hooked(basic.register(watched.layer("0")))));
    works.put(
        "a recorded BasicHook",
        new RepeatedWork(
            1, () -> watched.hooked(basic.register(watched.layer("0")), Autograd.CREATE_GRAPH)));
    works.put(
        "a user's Hook",
        new RepeatedWork(1, () -> watched.hooked(rule(g -> g).register(watched.layer("2")))));
    works.put(
        "a built-in rule alone",
        new RepeatedWork(0, () -> watched.hooked(new Gamma().register(watched.layer("0")))));
    works.put("building and closing", new RepeatedWork(1, NativeObjectsAfterWorkTest::built));
    works.put("swapping", new RepeatedWork(0, NativeObjectsAfterWorkTest::swapped));
    works.put("state", new RepeatedWork(0, NativeObjectsAfterWorkTest::state));
    works.put("stabilizers", new RepeatedWork(0, NativeObjectsAfterWorkTest::stabilized));
    return works;
  }

  private static void differentiate() {
    try (Tensor output = watched.model.forward(watched.input);
        Tensor relevance =
            Autograd.grad(output, watched.input, watched.upper, Autograd.CREATE_GRAPH);
        Tensor loss = relevance.sum();
        Tensor gradient = Autograd.grad(loss, watched.input)) {
      assertTrue(gradient.defined());
    }
  }

  private static AttributeCanonizer skipping() {
    return new AttributeCanonizer(
        (name, module) ->
            name.equals("2")
                ? new AttributeCanonizer.Attributes(
                    (self, inputs) -> self.get_submodule("inner").forward(inputs[0].add(inputs[0])),
                    Map.of("inner", new Softplus()))
                : null);
  }

  private static void inactive(Composite composite) {
    try (Inactive inactive = composite.inactive()) {
      watched.attribute();
    }
  }

  private static void retained(int times) {
    try (Tensor output = watched.model.forward(watched.input)) {
      for (int i = 0; i < times; i++) {
        Autograd.grad(output, watched.input, watched.upper, Autograd.RETAIN_GRAPH).close();
      }
    }
  }

  private static void built() {
    try (Sequential built =
            new Sequential(new Linear(4, 2), new Sequential(new ReLU(), new Plus()));
        Tensor output = built.forward(floats)) {
      assertEquals(2, built.children().size());
      assertTrue(output.requires_grad());
    }
  }

  private static void swapped() {
    Module before = watched.model.replace_module("2", new Softplus());
    assertTrue(watched.model.toString().contains("Softplus"));
    watched.model.replace_module("2", before).close();
  }

  private static void state() {
    Map<String, Tensor> state = watched.model.state_dict();
    watched.model.load_state_dict(state);
    state.values().forEach(Tensor::close);
    watched.model.named_parameters().values().forEach(Tensor::close);
    watched.model.requires_grad_(false);
    watched.model.requires_grad_(true);
    watched.model.zero_grad();
    try (TensorVector parameters = watched.model.parameters()) {
      assertEquals(6, parameters.size());
    }
    assertEquals(null, watched.model.get_parameter("weight"));
  }

  private static void stabilized() {
    Stabilizer stabilizer = new Stabilizer(0.1);
    for (Stabilizer variant :
        List.of(
            stabilizer,
            stabilizer.withClip(true),
            stabilizer.withNormScale(true),
            stabilizer.withClip(true).withNormScale(true, 1))) {
      variant.apply(watched.input).close();
    }
  }

  @Test
  void aGraphThatIsDroppedTakesItsNodesAndFunctionsWithIt() throws InterruptedException {
    long nodes = Diagnostics.count(Kind.RULE_NODE);
    Tensor output;
    try (RemovableHandle handle = new BasicHook().register(watched.layer("4"))) {
      output = watched.model.forward(watched.input);
    }
    // The rule works on after it is removed, for the graph has it.
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(nodes + 1, Diagnostics.count(Kind.RULE_NODE));
    Autograd.grad(output, watched.input, watched.upper).close();
    output.close();
    assertEquals(nodes, Diagnostics.count(Kind.RULE_NODE));
  }

  @Test
  void anOpenScopeOfTheUserDoesNotTakeWhatTheLibraryKeeps() {
    Composite composite = new EpsilonPlus();
    CompositeContext context;
    Module made;
    try (PointerScope scope = new PointerScope()) {
      context = composite.context(watched.model);
      made = new Sequential(new Linear(4, 2), new Plus());
    }
    watched.attribute();
    try (context;
        made;
        Inactive inactive = context.inactive();
        Tensor output = made.forward(floats)) {
      watched.attribute();
      assertTrue(output.defined());
    }
    assertThrows(IllegalStateException.class, () -> made.forward(floats));
    assertThrows(JennitException.class, () -> watched.model.forward(floats));
  }
}
