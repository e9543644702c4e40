package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
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
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Conv1d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.nn.Softplus;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Gamma;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Nothing native is left behind: what the caller is given is closed here by hand, and all else must
 * be gone at once, without a garbage collection. Only the functions of Java that native code calls
 * wait for one.
 */
@Tag("lifetimes")
@ExtendWith(LeavesNothing.class)
class NativeObjectsTest {
  private static final int RUNS = 20;
  private static Sequential model;
  private static Tensor input;
  private static Tensor upper;

  /** Work, and how many functions of Java it hands to native code. */
  private record Work(int functions, Runnable body) {}

  @BeforeAll
  static void open() {
    model =
        Numeric.drawn(
            new Sequential(
                new Conv1d(2, 3, 2),
                new BatchNorm1d(3),
                new ReLU(),
                new Flatten(),
                new Linear(9, 2)),
            1);
    model.eval();
    input = Numeric.normal(1, 2, 2, 4).requires_grad_(true);
    upper = Numeric.normal(2, 2, 2);
  }

  @AfterAll
  static void close() {
    model.close();
    input.close();
    upper.close();
  }

  private static void attribute(Autograd.Option... options) {
    try (Tensor output = model.forward(input);
        Tensor relevance = Autograd.grad(output, input, upper, options)) {
      assertTrue(relevance.defined());
    }
  }

  private static void under(Composite composite, Runnable body) {
    try (CompositeContext context = composite.context(model)) {
      body.run();
    }
  }

  private static void hooked(RemovableHandle handle, Autograd.Option... options) {
    try (handle) {
      attribute(options);
    }
  }

  private static Hook rule(java.util.function.UnaryOperator<Tensor[]> backward) {
    return new Hook() {
      @Override
      protected Tensor[] forward(Module module, Tensor[] inputs, Tensor[] outputs) {
        return new Tensor[] {inputs[0].square(), outputs[0].abs()};
      }

      @Override
      protected Tensor[] backward(Call call, Tensor[] grad_output) {
        return backward.apply(call.grad_input(grad_output));
      }
    };
  }

  /** Adds one, in Java. */
  private static final class Plus extends Module {
    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor one = inputs[0].mul(new Scalar(0.0)).add(new Scalar(1.0));
      return inputs[0].add(one);
    }
  }

  private static Map<String, Work> works() {
    Composite plus = new EpsilonPlus();
    Composite merged =
        new EpsilonPlus(new CompositeOptions().canonizers(new SequentialMergeBatchNorm()));
    Composite recipe = new Composite(List.of(new SoftplusCanonizer(10)));
    BasicHook basic = new BasicHook();
    Map<String, Work> works = new LinkedHashMap<>();
    works.put("a gradient", new Work(0, NativeObjectsTest::attribute));
    works.put("a composite", new Work(0, () -> under(plus, NativeObjectsTest::attribute)));
    works.put(
        "a recorded relevance",
        new Work(0, () -> under(plus, () -> attribute(Autograd.CREATE_GRAPH))));
    works.put(
        "a second derivative", new Work(0, () -> under(plus, NativeObjectsTest::differentiate)));
    works.put("merged batch norms", new Work(0, () -> under(merged, NativeObjectsTest::attribute)));
    works.put(
        "the recipe", new Work(0, () -> under(recipe, () -> attribute(Autograd.CREATE_GRAPH))));
    works.put(
        "a replaced forward",
        new Work(1, () -> under(new Composite(List.of(skipping())), () -> attribute())));
    works.put("inactive rules", new Work(0, () -> under(plus, () -> inactive(plus))));
    works.put("many directions of one forward", new Work(0, () -> under(plus, () -> retained(3))));
    works.put(
        "hooks",
        new Work(
            3,
            () -> {
              Module layer = model.get_submodule("2");
              try (RemovableHandle pre =
                      layer.register_forward_pre_hook(
                          (m, in) -> new Tensor[] {in[0].mul(new Scalar(2.0))});
                  RemovableHandle after =
                      layer.register_forward_hook((m, in, out) -> out[0].mul(new Scalar(2.0)))) {
                hooked(
                    layer.register_full_backward_hook(
                        (m, in, out) -> new Tensor[] {in[0].mul(new Scalar(2.0))}));
              }
            }));
    works.put("a BasicHook", new Work(1, () -> hooked(basic.register(layer("0")))));
    works.put(
        "a recorded BasicHook",
        new Work(1, () -> hooked(basic.register(layer("0")), Autograd.CREATE_GRAPH)));
    works.put("a user's Hook", new Work(1, () -> hooked(rule(g -> g).register(layer("2")))));
    works.put("a built-in rule alone", new Work(0, () -> hooked(new Gamma().register(layer("0")))));
    works.put("building and closing", new Work(1, NativeObjectsTest::built));
    works.put("swapping", new Work(0, NativeObjectsTest::swapped));
    works.put("state", new Work(0, NativeObjectsTest::state));
    works.put("stabilizers", new Work(0, NativeObjectsTest::stabilized));
    return works;
  }

  private static Module layer(String name) {
    return model.get_submodule(name);
  }

  private static void differentiate() {
    try (Tensor output = model.forward(input);
        Tensor relevance = Autograd.grad(output, input, upper, Autograd.CREATE_GRAPH);
        Tensor loss = relevance.sum();
        Tensor gradient = Autograd.grad(loss, input)) {
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
      attribute();
    }
  }

  private static void retained(int times) {
    try (Tensor output = model.forward(input)) {
      for (int i = 0; i < times; i++) {
        Autograd.grad(output, input, upper, Autograd.RETAIN_GRAPH).close();
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

  private static final Tensor floats = org.bytedeco.pytorch.global.torch.ones(1, 4);

  private static void swapped() {
    Module before = model.replace_module("2", new Softplus());
    assertTrue(model.toString().contains("Softplus"));
    model.replace_module("2", before).close();
  }

  private static void state() {
    Map<String, Tensor> state = model.state_dict();
    model.load_state_dict(state);
    state.values().forEach(Tensor::close);
    model.named_parameters().values().forEach(Tensor::close);
    model.requires_grad_(false);
    model.requires_grad_(true);
    model.zero_grad();
    try (TensorVector parameters = model.parameters()) {
      assertEquals(6, parameters.size());
    }
    assertEquals(null, model.get_parameter("weight"));
  }

  private static void stabilized() {
    Stabilizer stabilizer = new Stabilizer(0.1);
    for (Stabilizer variant :
        List.of(
            stabilizer,
            stabilizer.withClip(true),
            stabilizer.withNormScale(true),
            stabilizer.withClip(true).withNormScale(true, 1))) {
      variant.apply(input).close();
    }
  }

  private static Map<String, Work> failures() {
    IllegalStateException reason = new IllegalStateException("on purpose");
    Map<String, Work> works = new LinkedHashMap<>();
    works.put("a wrong input", new Work(0, () -> fails(() -> model.forward(upper))));
    works.put(
        "a wrong upper relevance",
        new Work(0, () -> under(new EpsilonPlus(), () -> fails(() -> graded(input)))));
    works.put(
        "a module map that throws",
        new Work(
            0,
            () ->
                fails(
                    () ->
                        new Composite(
                                (context, name, module) -> {
                                  if (name.equals("4")) {
                                    throw reason;
                                  }
                                  return name.equals("0") ? new Epsilon() : null;
                                },
                                List.of(new SequentialMergeBatchNorm(), new SoftplusCanonizer(1)))
                            .context(model))));
    works.put(
        "a coverage that refuses",
        new Work(
            0,
            () ->
                fails(
                    () ->
                        new Composite((context, name, m) -> name.equals("0") ? new Gamma() : null)
                            .coverage(Coverage.REQUIRE)
                            .context(model))));
    works.put(
        "a rule that the module refuses",
        new Work(0, () -> fails(() -> new Gamma().register(layer("2")))));
    works.put(
        "a rule that throws",
        new Work(
            1,
            () ->
                fails(
                    () ->
                        hooked(
                            rule(g -> {
                                  throw reason;
                                })
                                .register(layer("2"))))));
    works.put(
        "a rule of the wrong shape",
        new Work(
            1,
            () -> fails(() -> hooked(rule(g -> new Tensor[] {g[0].sum()}).register(layer("2"))))));
    works.put(
        "a hook that throws",
        new Work(
            1,
            () -> {
              try (RemovableHandle handle =
                  layer("2")
                      .register_forward_hook(
                          (m, in, out) -> {
                            out[0].add(out[0]);
                            throw reason;
                          })) {
                fails(() -> model.forward(input));
              }
            }));
    return works;
  }

  private static void graded(Tensor wrong) {
    try (Tensor output = model.forward(input)) {
      Autograd.grad(output, input, wrong);
    }
  }

  private static void fails(org.junit.jupiter.api.function.Executable work) {
    assertThrows(RuntimeException.class, work);
  }

  @TestFactory
  Stream<DynamicTest> nothingIsLeft() {
    return Stream.concat(works().entrySet().stream(), failures().entrySet().stream())
        .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> check(entry.getValue())));
  }

  private static void check(Work work) throws InterruptedException {
    work.body().run();
    long before = settled(Long.MIN_VALUE);
    long nodes = Diagnostics.count(Kind.RULE_NODE);
    for (int i = 0; i < RUNS; i++) {
      work.body().run();
    }
    long left = Pointer.totalCount() - before;
    assertTrue(left <= (long) work.functions() * RUNS, () -> left + " objects are left");
    assertEquals(nodes, Diagnostics.count(Kind.RULE_NODE), "rule nodes");
    assertTrue(settled(before) <= before, "the functions are collected");
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
  }

  /**
   * The number of native objects once the collector has no more to take, or the goal is reached.
   */
  private static long settled(long goal) throws InterruptedException {
    long count = Pointer.totalCount();
    for (int same = 0, tries = 0; same < 3 && count > goal && tries < 100; tries++) {
      System.gc();
      Thread.sleep(20);
      long now = Pointer.totalCount();
      same = now == count ? same + 1 : 0;
      count = now;
    }
    return count;
  }

  @Test
  void aGraphThatIsDroppedTakesItsNodesAndFunctionsWithIt() throws InterruptedException {
    long nodes = Diagnostics.count(Kind.RULE_NODE);
    Tensor output;
    try (RemovableHandle handle = new BasicHook().register(layer("4"))) {
      output = model.forward(input);
    }
    // The rule works on after it is removed, for the graph has it.
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(20);
    }
    assertEquals(nodes + 1, Diagnostics.count(Kind.RULE_NODE));
    Autograd.grad(output, input, upper).close();
    output.close();
    assertEquals(nodes, Diagnostics.count(Kind.RULE_NODE));
  }

  @Test
  void anOpenScopeOfTheUserDoesNotTakeWhatTheLibraryKeeps() {
    Composite composite = new EpsilonPlus();
    CompositeContext context;
    Module made;
    try (PointerScope scope = new PointerScope()) {
      context = composite.context(model);
      made = new Sequential(new Linear(4, 2), new Plus());
    }
    attribute();
    try (context;
        made;
        Inactive inactive = context.inactive();
        Tensor output = made.forward(floats)) {
      attribute();
      assertTrue(output.defined());
    }
    assertThrows(IllegalStateException.class, () -> made.forward(floats));
    assertThrows(JennitException.class, () -> model.forward(floats));
  }
}
