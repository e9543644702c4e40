package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Linear;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One setting for LibTorch and OpenBLAS. */
@Tag("lifetimes")
class ThreadsTest {
  private int before;

  @BeforeEach
  void note() {
    before = Threads.get_num_threads();
  }

  @AfterEach
  void restore() {
    Threads.set_num_threads(before);
  }

  @Test
  void isLibTorchsNumberToo() {
    for (int count : new int[] {1, 2, 1}) {
      Threads.set_num_threads(count);
      assertEquals(count, Threads.get_num_threads());
      assertEquals(count, torch.get_num_threads());
      torch.set_num_threads(3 - count);
      assertEquals(3 - count, Threads.get_num_threads());
    }
  }

  @Test
  void eachThreadKeepsItsOwn() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Threads.set_num_threads(2);
      assertEquals(2, other.submit(Threads::get_num_threads).get());
      other.submit(() -> Threads.set_num_threads(1)).get();
      assertEquals(1, other.submit(Threads::get_num_threads).get());
      assertEquals(2, Threads.get_num_threads());
    } finally {
      other.shutdown();
    }
  }

  @Test
  void notPositive() {
    for (int count : new int[] {0, -1, Integer.MIN_VALUE}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Threads.set_num_threads(count))
              .getMessage();
      assertTrue(message.contains("but is " + count), message);
    }
  }

  /** Processor time, not time on the clock: another process may take the cores. */
  @Test
  void callersOfOneThreadEachTakeOneEach() throws Exception {
    Threads.set_num_threads(1);
    assertOneEach();
    Threads.set_num_threads(2);
    // Threads begin with the number that was set last, by the binding's own function too.
    torch.set_num_threads(1);
    assertOneEach();
  }

  private static void assertOneEach() throws Exception {
    for (int callers : new int[] {1, 2}) {
      ExecutorService pool = Executors.newFixedThreadPool(callers);
      try (Linear linear = new Linear(1024, 1024)) {
        Callable<Long> work = () -> cpuTimeOfWork(linear);
        runAll(pool, work, callers);
        long start = processTime();
        long own = runAll(pool, work, callers);
        long all = processTime() - start;
        assertTrue(all < 1.4 * own, callers + " callers took " + own + " of " + all + " ns");
      } finally {
        pool.shutdown();
      }
    }
  }

  private static long runAll(ExecutorService pool, Callable<Long> work, int callers)
      throws Exception {
    List<Callable<Long>> works = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      works.add(work);
    }
    long sum = 0;
    for (Future<Long> each : pool.invokeAll(works)) {
      sum += each.get();
    }
    return sum;
  }

  private static long cpuTimeOfWork(Linear linear) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    try (PointerScope scope = new PointerScope()) {
      Tensor x = torch.ones(256, 1024).requires_grad_(true);
      for (int i = 0; i < 30; i++) {
        try (PointerScope each = new PointerScope()) {
          Autograd.grad(linear.forward(x).sum(), x);
        }
      }
    }
    return threads.getCurrentThreadCpuTime() - start;
  }

  private static long processTime() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
