package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.Pointer;
import org.jennit.Diagnostics;
import org.jennit.Diagnostics.Kind;

/**
 * What is run many times, to see that no native object is left of it.
 *
 * @param waiting how many objects of each run wait for the garbage collector
 */
public record RepeatedWork(int waiting, Runnable body) {

  /**
   * That all but what waits is gone at once, and that the collector takes the rest. The work must
   * have run before: what only a first run makes and keeps is no leak.
   */
  public void assertNothingLeft(int runs) throws InterruptedException {
    long objects = settled(Long.MIN_VALUE);
    long nodes = Diagnostics.count(Kind.RULE_NODE);
    for (int i = 0; i < runs; i++) {
      body.run();
    }
    long left = Pointer.totalCount() - objects;
    assertTrue(
        left <= (long) waiting * runs, () -> left + " objects are left of " + runs + " runs");
    assertEquals(nodes, Diagnostics.count(Kind.RULE_NODE), "rule nodes");
    assertTrue(settled(objects) <= objects, "the collector takes what waited for it");
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
}
