package org.jennit.junit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jennit.Diagnostics;
import org.jennit.Diagnostics.Kind;
import org.jennit.Diagnostics.Made;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;

/**
 * Fails a test that leaves modules, tensors of the library, rule nodes, hooks or callbacks behind,
 * and says where each was made: {@code @ExtendWith(LeavesNothing.class)}.
 *
 * <p>Looks from the making of the test's instance to the end of its {@code @AfterEach} methods.
 * What a {@code @BeforeAll} method made is not the test's. What is merely unreachable is no leak:
 * the garbage collector is asked to take it first. A test that fails by itself is not looked at.
 * Counts are those of the process: tests of this library that run at the same time would see each
 * other's.
 */
public final class LeavesNothing
    implements TestInstancePreConstructCallback, BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(LeavesNothing.class);
  private static final int COLLECTIONS = 10;
  private static final long PAUSE_MILLIS = 20;

  /** What is told apart. */
  private record Origin(Kind kind, List<StackTraceElement> where) {}

  /** How many of each there were at the start. */
  private record Start(Map<Origin, Long> counts) {}

  @Override
  public void preConstructTestInstance(
      TestInstanceFactoryContext factory, ExtensionContext context) {
    begin(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    // Where one instance serves all tests of a class, what it made belongs to none of them.
    if (context.getTestInstanceLifecycle().equals(Optional.of(Lifecycle.PER_CLASS))) {
      begin(context);
    }
  }

  private static void begin(ExtensionContext context) {
    Diagnostics.trace(true);
    context.getStore(NAMESPACE).put(Start.class, new Start(counts()));
  }

  @Override
  public void afterEach(ExtensionContext context) throws InterruptedException {
    Start start = context.getStore(NAMESPACE).get(Start.class, Start.class);
    if (context.getExecutionException().isPresent()) {
      return;
    }
    List<Made> left = left(start);
    // Until it has no more to take for a while.
    for (int same = 0; same < COLLECTIONS && !left.isEmpty(); same++) {
      System.gc();
      Thread.sleep(PAUSE_MILLIS);
      List<Made> now = left(start);
      if (!now.equals(left)) {
        same = 0;
      }
      left = now;
    }
    if (!left.isEmpty()) {
      throw new AssertionError(
          "the test leaves behind:\n"
              + left.stream().map(Made::toString).collect(Collectors.joining("\n")));
    }
  }

  private static Map<Origin, Long> counts() {
    Map<Origin, Long> counts = new HashMap<>();
    Diagnostics.made().forEach(made -> counts.merge(origin(made), made.count(), Long::sum));
    return counts;
  }

  private static Origin origin(Made made) {
    return new Origin(made.kind(), made.where());
  }

  private static List<Made> left(Start start) {
    List<Made> left = new ArrayList<>();
    counts()
        .forEach(
            (origin, count) -> {
              long more = count - start.counts().getOrDefault(origin, 0L);
              if (more > 0) {
                left.add(new Made(origin.kind(), more, origin.where()));
              }
            });
    return left;
  }
}
