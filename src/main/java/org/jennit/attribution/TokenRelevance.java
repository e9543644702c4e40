package org.jennit.attribution;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * The relevance of each token, for models that take token ids. Ids have no gradient, so that it is
 * taken at the output of the module that embeds them, and summed over the features of each token.
 *
 * <p>For ids of the shape (N, L), N texts of L tokens, or (L), the {@linkplain
 * Attribution#relevance relevance} has the shape of the ids and the dtype of the embedding; {@link
 * Attribution#layers} holds, under the path of the embedding, what was summed: (N, L, D) for D
 * features.
 *
 * <p>What is explained is a sum of the model's outputs, each times its weight. {@link #target} and
 * {@link #target_at} weigh one output of each sample with one and all others with zero, {@link
 * #contrast} and {@link #contrast_at} a second one with minus one, and {@link #attr_output} gives
 * any other weights. By default all weights are one.
 *
 * <p>Under a composite of rules, the relevance of an output is its value times its weight. Without
 * one, a feature's relevance is its value times its gradient (Shrikumar et al. 2016). Either way
 * the relevance of all tokens adds up to what is explained, as far as the rules keep it or the
 * model is linear.
 *
 * <pre>{@code
 * // Why the last token is followed by token 464 and not by 1119.
 * try (var tokens = new TokenRelevance(model, composite, "transformer.wte");
 *     var attribution =
 *         tokens.contrast_at(new long[] {-1, 464}, new long[] {-1, 1119}).apply(ids)) {
 *   System.out.println(Arrays.toString(attribution.relevance().shape())); // that of the ids
 * }
 * }</pre>
 */
public final class TokenRelevance extends GradientAttributor<TokenRelevance> {
  private final String embedding;
  private boolean input_x_gradient;

  /** Without a composite: the embedding times its gradient. */
  public TokenRelevance(Module model, String embedding) {
    this(model, null, embedding);
  }

  /**
   * @param composite null for none
   * @param embedding the path of a module that answers (N, L, D) for ids (N, L), such as
   *     "embeddings.word_embeddings"; {@link FirstEmbedding} finds the one that a model calls first
   */
  public TokenRelevance(Module model, Composite composite, String embedding) {
    super(model, composite);
    this.embedding = Objects.requireNonNull(embedding, "embedding is null");
    input_x_gradient = composite == null;
    capture(List.of(embedding));
    begin_with(torch::ones_like);
  }

  /**
   * Whether a feature's relevance is its value times its gradient: for composites that change the
   * gradient in place of making relevance of it, such as GuidedBackprop, and for those of
   * canonizers alone. True without a composite, false under one by default.
   */
  public TokenRelevance input_x_gradient(boolean multiply) {
    return with(copy -> copy.input_x_gradient = multiply);
  }

  /**
   * Explains the difference of two outputs, {@code target} minus {@code against}: what speaks for
   * the one and not for the other. Outputs are numbered as for {@link #target}.
   */
  public TokenRelevance contrast(long target, long against) {
    return contrast(new long[] {target}, new long[] {against});
  }

  /**
   * As {@link #contrast(long, long)}, for each sample its own.
   *
   * @param target one for all samples, or one for each
   * @param against likewise
   */
  public TokenRelevance contrast(long[] target, long[] against) {
    return attr_output(new Contrast(new Targets(target), new Targets(against)));
  }

  /**
   * Explains the difference of the outputs at two places, {@code target} minus {@code against}. For
   * logits of the shape (N, L, classes), {@code contrast_at(new long[] {-1, 5}, new long[] {-1,
   * 7})} asks why the last token is followed by token 5 and not by 7. Places are those of {@link
   * #target_at(long...)}.
   */
  public TokenRelevance contrast_at(long[] target, long[] against) {
    return contrast_at(new long[][] {target}, new long[][] {against});
  }

  /**
   * As {@link #contrast_at(long[], long[])}, for each sample its own.
   *
   * @param target one for all samples, or one for each
   * @param against likewise
   */
  public TokenRelevance contrast_at(long[][] target, long[][] against) {
    Contrast contrast = new Contrast(new TargetPlaces(target), new TargetPlaces(against));
    if (target[0].length != against[0].length) {
      throw new IllegalArgumentException(
          "both places of a contrast must have equally many indices, but there are "
              + Arrays.toString(target[0])
              + " and "
              + Arrays.toString(against[0]));
    }
    return attr_output(contrast);
  }

  /**
   * As {@link #apply(Tensor)}, for models that take more than the ids.
   *
   * @param ids integers, N x L
   * @param others what the model takes after the ids, such as the attention mask and the types of
   *     the tokens, both N x L; {@link #forward_fn} is not used then
   */
  public Attribution apply_all(Tensor ids, Tensor... others) {
    return forward_fn(
            input -> {
              Tensor[] all = Arrays.copyOf(others, others.length + 1);
              System.arraycopy(others, 0, all, 1, others.length);
              all[0] = input;
              return model().forward(all);
            })
        .apply(ids);
  }

  @Override
  boolean takes_integers() {
    return true;
  }

  @Override
  protected Attribution forward(Tensor ids, UnaryOperator<Tensor> weights) {
    if (ids.is_floating_point()) {
      throw new JennitException(
          "token ids are integers, but the input holds values of type "
              + ids.scalar_type()
              + ": convert them with to(ScalarType.Long), or use Gradient where they are no ids");
    }
    Attribution features =
        input_x_gradient
            ? grad(ids, weights, Tensor::mul)
            : grad(ids, output -> OutputRelevance.of(output, weights).mul(output));
    long[] shape = features.relevance().shape();
    if (!Arrays.equals(ids.shape(), Arrays.copyOf(shape, Math.max(0, shape.length - 1)))) {
      throw new JennitException(
          "module '"
              + embedding
              + "' answers the shape "
              + Arrays.toString(shape)
              + " for ids of the shape "
              + Arrays.toString(ids.shape())
              + ", but features of each token are needed: name the module that embeds the ids");
    }
    return features.with(features.relevance().sum(-1));
  }
}
