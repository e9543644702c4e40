package org.jennit.attribution;

import static org.jennit.core.Numeric.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Composite;
import org.jennit.core.Numeric;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.nn.Embedding;
import org.jennit.nn.Flatten;
import org.jennit.nn.GRU;
import org.jennit.nn.GRUOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Relevance of tokens, against the same networks from the embedded words on. */
class TokenRelevanceTest {
  private final PointerScope scope = new PointerScope();
  private final Reader reader = Numeric.drawn(new Reader(), 1);
  private final Writer writer = Numeric.drawn(new Writer(), 2);
  private final Tensor ids = ids(new double[] {1, 6, 3, 3, 5, 2, 0, 0}, 2, 4);
  private final Tensor mask = Numeric.tensor(new double[] {1, 1, 1, 1, 1, 1, 0, 0}, 2, 4);

  /** The mean of the embedded words that the mask lets through, in two layers to three classes. */
  private static final class Reader extends Module {
    Reader() {
      // Registered before the embedding of words, and called after it.
      register_module("types", new Embedding(2, 3));
      register_module("words", new Embedding(7, 3));
      register_module("dense", new Linear(3, 5));
      register_module("relu", new ReLU());
      register_module("classes", new Linear(5, 3));
      register_module("unused", new Linear(3, 3));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor embedded = get_submodule("words").forward(inputs[0]);
      if (inputs.length > 2) {
        embedded = embedded.add(get_submodule("types").forward(inputs[2]));
      }
      return classes(embedded, inputs.length > 1 ? inputs[1] : null);
    }

    Tensor classes(Tensor embedded, Tensor mask) {
      Tensor each = get_submodule("relu").forward(get_submodule("dense").forward(embedded));
      Tensor seen = mask == null ? each : each.mul(mask.unsqueeze(-1));
      return get_submodule("classes").forward(seen.mean(1));
    }
  }

  /** Logits of the next word at every step: (N, L) to (N, L, 7). */
  private static final class Writer extends Module {
    Writer() {
      register_module("words", new Embedding(7, 3));
      register_module("gru", new GRU(new GRUOptions(3, 4).batch_first(true)));
      register_module("next", new Linear(4, 7));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return logits(get_submodule("words").forward(inputs[0]));
    }

    Tensor logits(Tensor embedded) {
      return get_submodule("next").forward(get_submodule("gru").forward(embedded));
    }
  }

  private static final Composite[] COMPOSITES = {null, new EpsilonPlus()};

  @AfterEach
  void close() {
    reader.close();
    writer.close();
    scope.close();
  }

  /** What goes from the embedded words on, as a function of floating point, with these weights. */
  private static Tensor expected(
      Module model,
      Composite composite,
      Tensor embedded,
      UnaryOperator<Tensor> rest,
      UnaryOperator<Tensor> weights) {
    Gradient gradient = new Gradient(model, composite).forward_fn(rest);
    return composite == null
        ? gradient.apply(embedded, weights).relevance().mul(embedded).sum(2)
        : gradient.apply(embedded, out -> weights.apply(out).mul(out)).relevance().sum(2);
  }

  private Tensor expectedOfReader(Composite composite, Tensor weights) {
    Tensor embedded = reader.get_submodule("words").forward(ids).detach();
    return expected(
        reader, composite, embedded, words -> reader.classes(words, null), out -> weights);
  }

  private static Tensor rows(double... row) {
    return Numeric.tensor(row, 1, row.length).repeat(2, 1);
  }

  @Test
  void featuresAreSummedForEachToken() {
    for (Composite composite : COMPOSITES) {
      Attribution attribution = new TokenRelevance(reader, composite, "words").target(2).apply(ids);
      assertClose(
          expectedOfReader(composite, rows(0, 0, 1)), attribution.relevance(), 1e-13, "class 2");
      assertClose(
          attribution.layer("words").sum(2), attribution.relevance(), 1e-13, "sum of features");
      assertArrayEquals(new long[] {2, 4, 3}, attribution.layer("words").shape());
      assertClose(reader.forward(ids), attribution.output(), 0, "output");
      assertFalse(attribution.relevance().requires_grad());
    }
  }

  @Test
  void allOutputsCountUnlessSaidOtherwise() {
    for (Composite composite : COMPOSITES) {
      TokenRelevance tokens = new TokenRelevance(reader, composite, "words");
      assertClose(
          expectedOfReader(composite, rows(1, 1, 1)), tokens.apply(ids).relevance(), 1e-13, "all");
      assertClose(
          expectedOfReader(composite, rows(0.5, 0, -2)),
          tokens.apply(ids, rows(0.5, 0, -2)).relevance(),
          1e-13,
          "weights");
    }
  }

  @Test
  void contrastIsTheDifferenceOfTwoTargets() {
    for (Composite composite : COMPOSITES) {
      TokenRelevance tokens = new TokenRelevance(reader, composite, "words");
      assertClose(
          expectedOfReader(composite, rows(-1, 0, 1)),
          tokens.contrast(2, 0).apply(ids).relevance(),
          1e-13,
          "2 and not 0");
      assertClose(
          expectedOfReader(composite, Numeric.tensor(new double[] {-1, 0, 1, 0, 1, -1}, 2, 3)),
          tokens.contrast(new long[] {2, 1}, new long[] {0, 2}).apply(ids).relevance(),
          1e-13,
          "for each its own");
    }
  }

  @Test
  void logitsAtAnyPositionAreExplained() {
    UnaryOperator<Tensor> weights =
        out -> {
          Tensor chosen = torch.zeros_like(out);
          chosen.select(1, 2).select(1, 5).fill_(new Scalar(1.0));
          chosen.select(1, 3).select(1, 0).fill_(new Scalar(-1.0));
          return chosen;
        };
    Tensor embedded = writer.get_submodule("words").forward(ids).detach();
    for (Composite composite : COMPOSITES) {
      Tensor relevance =
          new TokenRelevance(writer, composite, "words")
              .contrast_at(new long[] {2, 5}, new long[] {-1, 0})
              .apply(ids)
              .relevance();
      assertClose(
          expected(writer, composite, embedded, writer::logits, weights),
          relevance,
          1e-13,
          "5 at step 2, less 0 at the last");
      Tensor first =
          new TokenRelevance(writer, composite, "words").target_at(0, 5).apply(ids).relevance();
      assertEquals(0, first.narrow(1, 1, 3).abs().sum().item_double(), "what comes later");
    }
  }

  @Test
  void relevanceAddsUpToWhatIsExplained() {
    Module linear =
        Numeric.drawn(
            new Sequential(
                new Embedding(7, 3),
                new Flatten(),
                new Linear(12, 5, false),
                new Linear(5, 3, false)),
            5);
    Tensor logits = linear.forward(ids);
    Tensor difference = logits.select(1, 1).sub(logits.select(1, 2));
    Composite rules =
        new Composite(
            (context, name, module) -> module instanceof Linear ? new Epsilon(1e-12) : null);
    for (Composite composite : new Composite[] {null, rules}) {
      Tensor relevance =
          new TokenRelevance(linear, composite, "0").contrast(1, 2).apply(ids).relevance();
      assertClose(difference, relevance.sum(1), 1e-10, "difference of the logits");
    }
    linear.close();
  }

  @Test
  void aCompositeMayChangeTheGradient() {
    Composite canonizers = new Composite(List.of(new SoftplusCanonizer(1e6)));
    assertClose(
        expectedOfReader(null, rows(0, 0, 1)),
        new TokenRelevance(reader, canonizers, "words")
            .input_x_gradient(true)
            .target(2)
            .apply(ids)
            .relevance(),
        1e-9,
        "a Softplus that is as good as the ReLU");
  }

  @Test
  void aModelMayTakeMoreThanIds() {
    Tensor types = ids(new double[] {0, 0, 1, 1, 0, 1, 1, 1}, 2, 4);
    TokenRelevance tokens = new TokenRelevance(reader, new EpsilonPlus(), "words").target(1);
    Attribution masked = tokens.apply_all(ids, mask);
    assertEquals(
        0, masked.relevance().mul(torch.rsub(mask, new Scalar(1.0))).abs().sum().item_double());
    assertClose(
        reader.forward(ids, mask, types), tokens.apply_all(ids, mask, types).output(), 0, "types");
    assertClose(
        masked.relevance(),
        tokens.forward_fn(input -> reader.forward(input, mask)).apply(ids).relevance(),
        0,
        "the same by a function");
  }

  @Test
  void oneTextNeedsNoBatch() {
    Sequential tags = Numeric.drawn(new Sequential(new Embedding(7, 3), new Linear(3, 2)), 6);
    Tensor text = ids(new double[] {4, 2, 5}, 3);
    Attribution attribution =
        new TokenRelevance(tags, "0").target_at(2, 1).apply(text.unsqueeze(0));
    Attribution alone = new TokenRelevance(tags, "0").target_at(new long[] {2, 1}).apply(text);
    assertArrayEquals(new long[] {3}, alone.relevance().shape());
    assertClose(attribution.relevance().select(0, 0), alone.relevance(), 1e-13, "one text");
    tags.close();
  }

  @Test
  void relevanceCanBeDifferentiated() {
    TokenRelevance tokens =
        new TokenRelevance(reader, new EpsilonPlus(), "words").target(2).create_graph(true);
    Tensor table = reader.get_submodule("words").get_parameter("weight");
    Tensor dense = reader.get_submodule("dense").get_parameter("weight");
    Numeric.assertDerivative(
        () -> Numeric.weighted(tokens.apply(ids).relevance(), 8), "relevance", table, dense);
  }

  @Test
  void theFirstEmbeddingThatIsCalledIsFound() {
    Tensor types = torch.zeros_like(ids);
    assertEquals("words", FirstEmbedding.of(reader, ids, mask, types));
    assertRefused(
        "no Embedding",
        () -> FirstEmbedding.of(reader.get_submodule("dense"), Numeric.normal(3, 2, 3)));
    Module silent = new Sequential(new Linear(4, 2));
    silent.get_submodule("0").register_module("table", new Embedding(2, 2));
    silent.to(ScalarType.Double);
    assertRefused("none of its Embeddings [0.table]", () -> FirstEmbedding.of(silent, mask));
    silent.close();
  }

  @Test
  void refusalsSayWhatToDo() {
    TokenRelevance tokens = new TokenRelevance(reader, "words");
    assertRefused("convert them with to(ScalarType.Long)", () -> tokens.apply(mask));
    assertRefused("there is no target 3", () -> tokens.target(3).apply(ids));
    assertRefused("there is no target 4", () -> tokens.contrast(1, 4).apply(ids));
    assertRefused(
        "equally many indices, but there are [1] and [0, 1]",
        () -> tokens.contrast_at(new long[] {1}, new long[] {0, 1}).apply(ids));
    assertRefused(
        "'classes' answers the shape [2, 3] for ids of the shape [2, 4]",
        () -> new TokenRelevance(reader, "classes").apply(ids));
    assertRefused("'unused' was not called", () -> new TokenRelevance(reader, "unused").apply(ids));
    assertRefused("did you mean 'words'", () -> new TokenRelevance(reader, "word").apply(ids));
    assertClose(
        expectedOfReader(null, rows(0, 1, 0)),
        tokens.target(1).apply(ids).relevance(),
        1e-13,
        "afterwards");
  }

  private static void assertRefused(String message, Executable call) {
    String said = assertThrows(RuntimeException.class, call).getMessage();
    assertTrue(said.contains(message), said);
  }

  private static Tensor ids(double[] values, long... shape) {
    return Numeric.tensor(values, shape).to(ScalarType.Long);
  }
}
