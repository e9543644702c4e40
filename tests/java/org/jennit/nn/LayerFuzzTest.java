package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.core.Child;
import org.jennit.core.Hook;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.Norm;
import org.jennit.rules.Pass;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;
import org.junit.jupiter.api.Test;

/**
 * Every layer with any options over any input computes, or refuses in plain words and in little
 * time: no crash, no stack of C++. {@code -Djennit.fuzz.runs=N} draws N / 2 layers, {@code
 * -Djennit.fuzz.seed=S} others.
 */
class LayerFuzzTest {
  private static final int RUNS = Integer.getInteger("jennit.fuzz.runs", 2000) / 2;
  private static final long SEED = Long.getLong("jennit.fuzz.seed", 0);

  /** Draws and runs layers; says which before each, so that a crash has a name. */
  static final class Draws {
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final List<Hook> RULES =
        List.of(
            new Epsilon(),
            new ZPlus(),
            new AlphaBeta(),
            new Gamma(),
            new ZBox(0, 1),
            new WSquare(),
            new Flat(),
            new Pass(),
            new Norm());

    private static volatile long began;
    private static volatile String current;

    private Draws() {}

    public static void main(String[] arguments) {
      long first = Long.parseLong(arguments[0]);
      watch();
      for (long seed = first; seed < first + Long.parseLong(arguments[1]); seed++) {
        try (PointerScope scope = new PointerScope()) {
          began = System.nanoTime();
          run(new Random(seed), seed);
        }
      }
    }

    private static void watch() {
      Thread watch =
          new Thread(
              () -> {
                while (System.nanoTime() - began < PATIENCE_NANOS) {
                  Thread.onSpinWait();
                  sleep();
                }
                System.out.println("takes too long: " + current);
                System.out.flush();
                Runtime.getRuntime().halt(2);
              });
      watch.setDaemon(true);
      began = System.nanoTime();
      watch.start();
    }

    private static void sleep() {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void run(Random random, long seed) {
      torch.manual_seed(seed);
      RandomLayer drawn = new RandomLayer(random);
      Tensor input = drawn.input();
      Hook rule = RULES.get(random.nextInt(RULES.size()));
      current = seed + " " + drawn + " under " + rule.name();
      System.out.println(current);
      System.out.flush();
      try (Layer layer = drawn.layer()) {
        if (random.nextBoolean()) {
          layer.eval();
        }
        if (random.nextInt(3) > 0) {
          rule.register(layer);
        }
        Tensor[] inputs = Collections.nCopies(drawn.inputs(), input).toArray(new Tensor[0]);
        Tensor output = layer.forward_all(inputs)[0];
        if (output.requires_grad() && input.requires_grad()) {
          Autograd.grad(output, input, torch.ones_like(output));
        }
      } catch (RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof NullPointerException
            || message.contains("Exception raised from")
            || message.contains("\nframe #")
            || message.contains("INTERNAL ASSERT")) {
          System.out.println("no plain words: " + message);
        }
      }
    }
  }

  @Test
  void everyLayerComputesOrRefuses() throws Exception {
    Child child =
        Child.run(
            List.of("-XX:-CreateCoredumpOnCrash", "-Djennit.max_memory=256m", "-Xmx512m"),
            Draws.class,
            Long.toString(SEED),
            Integer.toString(RUNS));
    List<String> lines = child.output().lines().toList();
    assertEquals(0, child.status(), () -> lines.get(lines.size() - 1) + "\n" + child.errors());
    assertEquals(
        List.of(), lines.stream().filter(line -> !Character.isDigit(line.charAt(0))).toList());
    assertEquals(RUNS, lines.size());
  }
}
