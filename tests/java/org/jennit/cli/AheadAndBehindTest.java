package org.jennit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reading before and writing after the work, on threads of their own. */
@Timeout(30)
class AheadAndBehindTest {

  @Test
  void oneStepIsDoneBeforeItIsTaken() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    List<Callable<String>> steps =
        List.of(
            () -> "first",
            () -> {
              second.countDown();
              return "second";
            });
    try (Ahead<String> ahead = new Ahead<>(steps.iterator())) {
      assertEquals("first", ahead.take());
      second.await();
      assertEquals("second", ahead.take());
      assertThrows(NoSuchElementException.class, ahead::take);
    }
  }

  @Test
  void stepsOfSeveralThreadsRunSideBySideAndComeInOrder() throws Exception {
    CountDownLatch bothRun = new CountDownLatch(2);
    List<Callable<String>> steps =
        Stream.of("first", "second", "third")
            .<Callable<String>>map(
                name ->
                    () -> {
                      bothRun.countDown();
                      bothRun.await();
                      return name;
                    })
            .toList();
    try (Ahead<String> ahead = new Ahead<>(steps.iterator(), 2)) {
      List<String> taken = new ArrayList<>();
      while (ahead.hasNext()) {
        taken.add(ahead.take());
      }
      assertEquals(List.of("first", "second", "third"), taken);
    }
  }

  @Test
  void whoClosesWaitsForTheStepsThatRunAndBeginsNoOther() throws Exception {
    CountDownLatch runs = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Callable<Integer> slow =
        () -> {
          runs.countDown();
          Thread.sleep(50);
          return ended.incrementAndGet();
        };
    try (Ahead<Integer> ahead = new Ahead<>(List.of(slow, slow, slow).iterator(), 1)) {
      runs.await();
      assertTrue(ahead.hasNext());
    }
    assertEquals(1, ended.get());
  }

  @Test
  void whatReadingThrowsComesWithItsStep() throws Exception {
    IOException broken = new IOException("broken");
    List<Callable<String>> steps =
        List.of(
            () -> "good",
            () -> {
              throw broken;
            });
    try (Ahead<String> ahead = new Ahead<>(steps.iterator())) {
      assertEquals("good", ahead.take());
      assertSame(broken, assertThrows(IOException.class, ahead::take));
    }
  }

  @Test
  void stepsAreDoneInOrderAndAllBeforeTheEnd() throws Exception {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    try (Behind behind = new Behind(3)) {
      for (int i = 0; i < 50; i++) {
        int step = i;
        behind.add(() -> done.add(step));
      }
    }
    assertEquals(IntStream.range(0, 50).boxed().toList(), done);
  }

  @Test
  void noMoreStepsWaitThanTold() throws Exception {
    AtomicInteger waiting = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Behind behind = new Behind(4)) {
      for (int i = 0; i < 40; i++) {
        most.accumulateAndGet(waiting.incrementAndGet(), Math::max);
        behind.add(
            () -> {
              Thread.sleep(1);
              waiting.decrementAndGet();
            });
      }
    }
    assertTrue(most.get() <= 6, "waiting: " + most);
  }

  @Test
  void whatWritingThrowsReachesTheGiverAndEndsTheWork() {
    IOException full = new IOException("full");
    AtomicInteger later = new AtomicInteger();
    IOException seen =
        assertThrows(
            IOException.class,
            () -> {
              try (Behind behind = new Behind(200)) {
                behind.add(
                    () -> {
                      throw full;
                    });
                for (int i = 0; i < 100; i++) {
                  behind.add(later::incrementAndGet);
                }
              }
            });
    assertSame(full, seen);
    assertEquals(0, later.get());
  }
}
