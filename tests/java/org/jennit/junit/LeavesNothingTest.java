package org.jennit.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.RemovableHandle;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** Which tests the extension fails, and what it says of them. */
class LeavesNothingTest {
  private static final List<AutoCloseable> HELD = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable held : HELD) {
      held.close();
    }
    HELD.clear();
  }

  /** What a test of {@code type} failed by; empty where it passed. */
  private static Optional<Throwable> failure(Class<?> type, String method) {
    List<Event> ended =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectMethod(type, method))
            .execute()
            .testEvents()
            .finished()
            .list();
    assertEquals(1, ended.size());
    return ended.get(0).getRequiredPayload(TestExecutionResult.class).getThrowable();
  }

  private static String leak(Class<?> type, String method) {
    Throwable failure = failure(type, method).orElseThrow();
    assertTrue(failure.getMessage().startsWith("the test leaves behind:"), failure.toString());
    return failure.getMessage();
  }

  /** Run by the tests below alone: a run of all tests takes no nested class that is not marked. */
  @ExtendWith(LeavesNothing.class)
  static class Samples {
    private static Module ofTheClass;
    private final Module ofTheInstance = new ReLU();

    @BeforeAll
    static void open() {
      ofTheClass = new Linear(2, 2);
    }

    @AfterAll
    static void closeAll() {
      ofTheClass.close();
    }

    @AfterEach
    void close() {
      ofTheInstance.close();
    }

    @Test
    void clean() {
      try (Module model = new Sequential(new Linear(2, 2), new ReLU())) {
        model.eval();
      }
    }

    @Test
    void module() {
      HELD.add(new Linear(2, 2));
    }

    @Test
    void hook() {
      RemovableHandle handle = new Epsilon().register(ofTheClass);
      HELD.add(handle);
    }

    @Test
    void unreachable() {
      new Linear(2, 2).eval();
    }

    @Test
    void failing() {
      HELD.add(new Linear(2, 2));
      throw new IllegalStateException("its own");
    }
  }

  /** One instance for all tests, with a field that is not closed between them. */
  @ExtendWith(LeavesNothing.class)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static class OneInstance {
    private final Module ofTheInstance = new ReLU();

    @AfterAll
    void close() {
      ofTheInstance.close();
    }

    @Test
    void clean() {
      ofTheInstance.eval();
    }

    @Test
    void module() {
      HELD.add(new Linear(2, 2));
    }
  }

  @Test
  void aTestThatClosesWhatItMakesPasses() {
    assertEquals(Optional.empty(), failure(Samples.class, "clean"));
    assertEquals(Optional.empty(), failure(OneInstance.class, "clean"));
  }

  @Test
  void whatIsMerelyUnreachableIsNoLeak() {
    assertEquals(Optional.empty(), failure(Samples.class, "unreachable"));
  }

  @Test
  void whatIsLeftIsNamedWithItsPlace() {
    for (Class<?> type : List.of(Samples.class, OneInstance.class)) {
      String message = leak(type, "module");
      assertTrue(message.contains("1 of kind MODULE, made at"), message);
      assertTrue(message.contains(type.getSimpleName() + ".module(LeavesNothingTest"), message);
    }
    String message = leak(Samples.class, "hook");
    assertTrue(message.contains("1 of kind HOOK"), message);
    assertTrue(message.contains("Samples.hook(LeavesNothingTest"), message);
  }

  @Test
  void aTestThatFailsByItselfFailsByItsOwnReason() {
    assertEquals("its own", failure(Samples.class, "failing").orElseThrow().getMessage());
  }
}
