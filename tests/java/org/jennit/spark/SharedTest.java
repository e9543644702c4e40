package org.jennit.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable named(String name) {
    return () -> closed.add(name);
  }

  @Test
  void threadsThatAskAtOnceGetOneValue() throws Exception {
    Shared<String, AutoCloseable> shared = new Shared<>(0);
    AtomicInteger opened = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(4);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Shared<String, AutoCloseable>.Lease>> leases = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        leases.add(
            threads.submit(
                () -> {
                  all.countDown();
                  all.await();
                  return shared.acquire(
                      "a",
                      () -> {
                        opened.incrementAndGet();
                        return named("a");
                      });
                }));
      }
      AutoCloseable first = leases.get(0).get().value();
      for (Future<Shared<String, AutoCloseable>.Lease> lease : leases) {
        assertSame(first, lease.get().value());
      }
      for (Future<Shared<String, AutoCloseable>.Lease> lease : leases) {
        assertEquals(List.of(), closed);
        lease.get().close();
        lease.get().close();
      }
      assertEquals(1, opened.get());
      assertEquals(List.of("a"), closed);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void theLastUsedStayOpen() throws Exception {
    Shared<String, AutoCloseable> shared = new Shared<>(2);
    Shared<String, AutoCloseable>.Lease used = shared.acquire("used", () -> named("used"));
    for (String name : List.of("a", "b", "a", "c")) {
      shared.acquire(name, () -> named(name)).close();
    }
    assertEquals(List.of("b"), closed);
    used.close();
    assertEquals(List.of("b", "used"), closed);
  }

  @Test
  void whoAsksAfterAFailureTriesAgain() throws Exception {
    Shared<String, AutoCloseable> shared = new Shared<>(0);
    IOException failure = new IOException("no such luck");
    assertSame(
        failure,
        assertThrows(
            IOException.class,
            () ->
                shared.acquire(
                    "a",
                    () -> {
                      throw failure;
                    })));
    shared.acquire("a", () -> named("second")).close();
    assertEquals(List.of("second"), closed);
  }
}
