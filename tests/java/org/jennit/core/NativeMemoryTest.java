package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonPlus;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.nn.ZeroPad2d;
import org.jennit.process.ChildJvm;
import org.junit.jupiter.api.Test;

/** Memory that the garbage collector does not see has a bound, and a word for who meets it. */
class NativeMemoryTest {
  private static final long MEBIBYTE = 1L << 20;
  private static final List<String> SMALL =
      List.of(
          "-Xmx1g",
          "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
          "-Djennit.max_memory=128m",
          "-Dslf4j.provider=" + PrintedLog.class.getName());

  private static List<String> numbers(Child child) {
    return child.output().lines().toList();
  }

  /** Explains as in Python, without scopes and without closing anything. */
  static final class Naive {
    private Naive() {}

    public static void main(String[] arguments) {
      Module model =
          new Sequential(
              new Conv2d(3, 8, 3), new ReLU(), new Flatten(), new Linear(8 * 62 * 62, 10));
      Gradient attributor = new Gradient(model, new EpsilonPlus());
      long most = 0;
      for (int i = 0; i < 160; i++) {
        Tensor relevance = attributor.apply(torch.rand(8, 3, 64, 64), 1).relevance();
        if (!(relevance.sum().item_double() > -1e9)) {
          throw new AssertionError("no relevance");
        }
        most = Math.max(most, CpuMemory.allocated_bytes());
      }
      System.out.println(most / MEBIBYTE);
    }
  }

  @Test
  void aLoopWithoutScopesHasABoundAndIsToldOnce() throws Exception {
    Child child = Child.runWell(SMALL, Naive.class);
    long most = Long.parseLong(numbers(child).get(0));
    assertTrue(most > 48 && most < 100, () -> most + " MiB");
    List<String> warnings = child.errors().lines().filter(l -> l.startsWith("WARN ")).toList();
    assertEquals(1, warnings.size(), child::errors);
    assertTrue(
        warnings
            .get(0)
            .matches(
                "WARN org.jennit.internal.NativeMemory: Unreachable tensors held \\d+ MiB of native"
                    + " memory, .* close\\(\\) what .* or work within a PointerScope"),
        warnings.get(0));
  }

  @Test
  void withoutALogTheOneHintStandsInItsPlace() throws Exception {
    ChildJvm.Result child =
        ChildJvm.of(Naive.class)
            .classPath(part -> !part.contains("slf4j-nop"))
            .options(
                "-Xmx1g", "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Djennit.max_memory=128m")
            .environment("OMP_NUM_THREADS", "1")
            .run()
            .succeeded();
    assertEquals(1, child.errors().size(), child.err());
    assertTrue(child.err().contains("org.slf4j:slf4j-simple"), child.err());
  }

  /** The recipe of the second order, step by step, likewise. */
  static final class NaiveSecondOrder {
    private NaiveSecondOrder() {}

    public static void main(String[] arguments) {
      Module model =
          new Sequential(
              new Conv2d(3, 8, 3), new ReLU(), new Flatten(), new Linear(8 * 62 * 62, 10));
      Composite composite = new Composite(List.of(new SoftplusCanonizer(10)));
      long most = 0;
      for (int i = 0; i < 60; i++) {
        try (CompositeContext context = composite.context(model)) {
          Tensor input = torch.rand(8, 3, 64, 64).requires_grad_(true);
          Tensor output = context.model().forward(input);
          Tensor relevance =
              Autograd.grad(output, input, torch.ones_like(output), Autograd.CREATE_GRAPH);
          Tensor loss = relevance.sub(input.detach()).pow(new Scalar(2)).mean();
          if (!(Autograd.grad(loss, input).sum().item_double() > -1e9)) {
            throw new AssertionError("no derivative");
          }
        }
        most = Math.max(most, CpuMemory.allocated_bytes());
      }
      System.out.println(most / MEBIBYTE);
    }
  }

  @Test
  void stepsOfSecondOrderWithoutScopesHaveABoundToo() throws Exception {
    long most = Long.parseLong(numbers(Child.runWell(SMALL, NaiveSecondOrder.class)).get(0));
    // Half of the limit, where unreachable tensors are looked for, and what one step takes.
    assertTrue(most > 48 && most < 110, () -> most + " MiB");
  }

  /** Asks LibTorch itself for tensors: first without keeping, then keeping all. */
  static final class Filling {
    private static final long NUMBERS = 4 * MEBIBYTE;

    private Filling() {}

    public static void main(String[] arguments) {
      new Linear(1, 1).close();
      for (int i = 0; i < 40; i++) {
        torch.zeros(NUMBERS);
      }
      List<Tensor> kept = new ArrayList<>();
      try {
        while (true) {
          kept.add(torch.zeros(NUMBERS));
        }
      } catch (RuntimeException e) {
        System.out.println(kept.size() + ": " + e.getMessage().lines().findFirst().orElseThrow());
      }
      kept.clear();
      System.out.println(torch.zeros(NUMBERS).sum().item_double());
    }
  }

  @Test
  void aTensorWithoutRoomIsAskedForOnceMoreAndThenAnException() throws Exception {
    assertEquals(
        List.of(
            "7: out of native memory: a tensor needs 16.0 MiB, while tensors take 112.0 MiB of the"
                + " 128.0 MiB that they may (jennit.max_memory)",
            "0.0"),
        numbers(Child.runWell(SMALL, Filling.class)));
  }

  @Test
  void theErrorNamesTheModule() {
    try (Module pad = new Sequential(new ZeroPad2d(1 << 22));
        Tensor image = torch.ones(1, 1, 2, 2)) {
      String message = assertThrows(JennitException.class, () -> pad.forward(image)).getMessage();
      assertTrue(
          message.startsWith(
              "in module '0' (ZeroPad2d): out of native memory: a tensor needs 256.0 TiB, while"),
          message);
    }
  }

  @Test
  void aLimitThatIsNoSizeIsRefused() throws Exception {
    Child child = Child.run(List.of("-Djennit.max_memory=much"), Filling.class);
    assertEquals(1, child.status(), child::toString);
    assertTrue(
        child
            .errors()
            .contains("the property jennit.max_memory must be a size such as 512m or 8g, but is"),
        child::errors);
  }
}
