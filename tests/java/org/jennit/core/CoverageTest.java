package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.composites.BetaSmooth;
import org.jennit.composites.DeconvNet;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.ExcitationBackprop;
import org.jennit.composites.GuidedBackprop;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Flatten;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.LayerNormOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.process.ChildJvm;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Pass;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said about modules that a composite leaves without a rule. */
class CoverageTest {
  private static final String REST =
      "the composite has no rule for 'block.1' (ReLU), 'own' (Scaled), 'last' (Linear)";

  /** A parameter of its own. */
  private static final class Scaled extends Module {
    Scaled() {
      register_parameter("scale", Numeric.tensor(new double[] {2, 3}, 2));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      try (Tensor scale = get_parameter("scale")) {
        return inputs[0].mul(scale);
      }
    }
  }

  private final Sequential model = model();

  private static Sequential model() {
    Map<String, Module> children = new java.util.LinkedHashMap<>();
    children.put("block", new Sequential(new Linear(2, 2), new ReLU()));
    children.put("flat", new Flatten());
    children.put("own", new Scaled());
    children.put("last", new Linear(2, 2));
    return Numeric.drawn(new Sequential(children), 1);
  }

  @AfterEach
  void close() {
    assertEquals(0, model.modules().stream().mapToLong(m -> m.hooks().count()).sum(), "hooks");
    model.close();
  }

  private static Composite at(String... paths) {
    Set<String> chosen = Set.of(paths);
    return new Composite((context, name, module) -> chosen.contains(name) ? rule(module) : null);
  }

  private static Hook rule(Module module) {
    return module instanceof Linear ? new Epsilon() : new Pass();
  }

  private void assertRefused(Composite composite, String message) {
    JennitException refusal =
        assertThrows(
            JennitException.class, () -> composite.coverage(Coverage.REQUIRE).context(model));
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  private void assertAccepted(Composite composite) {
    try (CompositeContext context = composite.context(model)) {
      assertEquals(model, context.model());
    }
  }

  @Test
  void layersWithParametersAndActivationsAreNamed() {
    assertRefused(at("block.0"), REST + ": relevance passes there as a gradient");
    assertRefused(
        at("block.0", "block.1", "own"), "the composite has no rule for 'last' (Linear): ");
    assertAccepted(at("block.0", "block.1", "own", "last").coverage(Coverage.REQUIRE));
  }

  @Test
  void aRuleOfAContainerSpeaksForWhatIsInIt() {
    assertAccepted(at("block", "own", "last").coverage(Coverage.REQUIRE));
    assertAccepted(at("").coverage(Coverage.REQUIRE));
    assertRefused(at("block"), "no rule for 'own' (Scaled), 'last' (Linear)");
  }

  @Test
  void byDefaultItIsAWarning() {
    assertEquals(Coverage.WARN, at().coverage());
    assertAccepted(at("block.0"));
  }

  @Test
  void compositesWithoutRulesHaveNothingToCover() {
    assertAccepted(new Composite(List.of(new SoftplusCanonizer(1))).coverage(Coverage.REQUIRE));
  }

  @Test
  void compositesOfGradientsIgnoreIt() {
    for (Composite composite :
        List.of(
            new GuidedBackprop(), new DeconvNet(), new ExcitationBackprop(), new BetaSmooth())) {
      assertEquals(Coverage.IGNORE, composite.coverage(), composite.getClass().getName());
    }
    assertEquals(Coverage.WARN, new EpsilonPlus().coverage());
  }

  @Test
  void layersThatACompositeDoesNotKnowAreNamed() {
    try (Sequential normed =
        new Sequential(new Linear(2, 2), new LayerNorm(new LayerNormOptions(2)))) {
      JennitException refusal =
          assertThrows(
              JennitException.class,
              () -> new EpsilonPlus().coverage(Coverage.REQUIRE).context(normed));
      assertTrue(
          refusal.getMessage().contains("no rule for '1' (LayerNorm)"), refusal.getMessage());
    }
  }

  @Test
  void whatCanonizersPutInIsLookedAtToo() {
    Composite swapped =
        new Composite(at("block.0", "own", "last").module_map(), List.of(new SoftplusCanonizer(1)));
    assertRefused(swapped, "no rule for 'block.1' (Softplus)");
    assertTrue(model.get_submodule("block.1") instanceof ReLU, "the refusal undid the swap");
  }

  /** The log is chosen once for a process, so that it takes another one to read it. */
  @Test
  void theWarningGoesToTheLogOnceForEachRegistration() throws IOException, InterruptedException {
    ChildJvm.Result child =
        ChildJvm.of(Registrations.class)
            .options("-Dslf4j.provider=" + PrintedLog.class.getName())
            .run()
            .succeeded();
    String error = child.err();
    assertEquals("", child.out(), "nothing is written to the standard output");
    List<String> warnings = error.lines().filter(line -> line.contains("CoverageGuard")).toList();
    assertEquals(2, warnings.size(), error);
    for (String warning : warnings) {
      assertTrue(warning.startsWith("WARN org.jennit.core.CoverageGuard: " + REST + ": "), warning);
      assertTrue(warning.endsWith("Map a rule to these modules, or say Coverage.IGNORE"), warning);
    }
  }

  @Test
  void withoutAProviderOneHintIsAllThatIsSaid() throws IOException, InterruptedException {
    ChildJvm.Result child =
        ChildJvm.of(Registrations.class)
            .classPath(part -> !part.contains("slf4j-nop"))
            .run()
            .succeeded();
    assertEquals("", child.out());
    assertEquals(1, child.errors().size(), child.err());
    assertTrue(child.err().contains("org.slf4j:slf4j-simple"), child.err());
  }

  /** Two registrations that warn, and three that have nothing to say. */
  static final class Registrations {
    private Registrations() {}

    public static void main(String[] arguments) {
      try (Sequential model = model()) {
        Composite partial = at("block.0");
        partial.context(model).close();
        partial.context(model).close();
        partial.coverage(Coverage.IGNORE).context(model).close();
        at("block", "own", "last").context(model).close();
        new Composite(List.of(new SoftplusCanonizer(1))).context(model).close();
      }
    }
  }
}
