package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.Test;

/** Java ends while daemon threads compute: with its own status and output, and without a crash. */
class ProcessEndTest {
  private static final int RUNS = 3;
  private static final Map<String, Integer> STATUS = Map.of("return", 0, "exit", 3, "halt", 4);

  /** Explains in daemon threads, and ends in the way that is named. */
  static final class Server {
    private static final int THREADS = 8;

    private Server() {}

    public static void main(String[] arguments) throws InterruptedException {
      // Java waits a third of a second for native code to return.
      Module model =
          new Sequential(
              Stream.generate(() -> Stream.of(new Conv2d(16, 16, 3, 1, 1), new ReLU()))
                  .limit(40)
                  .flatMap(layers -> layers)
                  .toArray(Module[]::new));
      CountDownLatch working = new CountDownLatch(THREADS);
      for (int i = 0; i < THREADS; i++) {
        Thread thread = new Thread(() -> explain(model, working));
        thread.setDaemon(true);
        thread.start();
      }
      working.await();
      System.out.print("done");
      switch (arguments[0]) {
        case "exit" -> System.exit(STATUS.get("exit"));
        case "halt" -> Runtime.getRuntime().halt(STATUS.get("halt"));
        default -> {}
      }
    }

    private static void explain(Module model, CountDownLatch working) {
      while (true) {
        try (PointerScope scope = new PointerScope()) {
          Tensor images = torch.rand(4, 16, 64, 64).requires_grad_(true);
          Tensor output = model.forward(images);
          working.countDown();
          Autograd.grad(output, images, output.detach());
        }
      }
    }
  }

  private static void assertEndsQuietly(String end) throws Exception {
    for (int run = 0; run < RUNS; run++) {
      Child child = Child.run(List.of("-XX:-CreateCoredumpOnCrash"), Server.class, end);
      assertEquals(STATUS.get(end), child.status(), child::toString);
      assertEquals("done", child.output(), child::toString);
    }
  }

  @Test
  void whereMainReturns() throws Exception {
    assertEndsQuietly("return");
  }

  @Test
  void atSystemExit() throws Exception {
    assertEndsQuietly("exit");
  }

  @Test
  void atHalt() throws Exception {
    assertEndsQuietly("halt");
  }
}
