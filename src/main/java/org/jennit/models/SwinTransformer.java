package org.jennit.models;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.AdaptiveAvgPool2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Flatten;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.Linear;
import org.jennit.nn.Sequential;

/**
 * Swin transformers (Liu et al. 2021), as torchvision builds and initialises them. Images (N, 3, H,
 * W) to logits (N, num_classes); 1000 classes by default.
 */
public final class SwinTransformer extends TorchvisionModule {
  private static final long MAX_DEPTH = 10_000;

  /**
   * @param depths blocks of each stage
   * @param num_heads of each stage
   * @param stochastic_depth_prob of the last block, in training; earlier ones are dropped less
   */
  public SwinTransformer(
      long[] patch_size,
      long embed_dim,
      long[] depths,
      long[] num_heads,
      long[] window_size,
      double mlp_ratio,
      double stochastic_depth_prob,
      long num_classes) {
    Objects.requireNonNull(window_size, "window_size is null");
    Objects.requireNonNull(num_heads, "num_heads is null");
    Objects.requireNonNull(depths, "depths is null");
    if (Arrays.stream(depths).anyMatch(depth -> depth < 0 || depth > MAX_DEPTH)) {
      throw new IllegalArgumentException(
          "depths must be from 0 to " + MAX_DEPTH + ", but are " + Arrays.toString(depths));
    }
    Sequential features =
        new Sequential(
            new Sequential(
                new Conv2d(new ConvOptions(3, embed_dim, patch_size).stride(patch_size)),
                new Permute(0, 2, 3, 1),
                new LayerNorm(embed_dim)));
    double last = Arrays.stream(depths).sum() - 1;
    long block = 0;
    long dim = embed_dim;
    for (int stage = 0; stage < depths.length; stage++) {
      if (stage > 0) {
        features.append(new PatchMerging(dim));
        dim *= 2;
      }
      Sequential blocks = new Sequential();
      for (long i = 0; i < depths[stage]; i++) {
        // Every other block looks across the edges of the one before.
        long[] shift =
            Arrays.stream(window_size).map(i % 2 == 0 ? size -> 0 : size -> size / 2).toArray();
        double drop = stochastic_depth_prob * block++ / last;
        long mlp_dim = (long) (dim * mlp_ratio);
        blocks.append(
            new SwinTransformerBlock(dim, num_heads[stage], window_size, shift, mlp_dim, drop));
      }
      features.append(blocks);
    }
    register_module("features", features);
    register_module("norm", new LayerNorm(dim));
    register_module("permute", new Permute(0, 3, 1, 2));
    register_module("avgpool", new AdaptiveAvgPool2d(1));
    register_module("flatten", new Flatten());
    register_module("head", new Linear(dim, num_classes));
    Initialization.linearNormal(this, 0.02);
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    return call(inputs[0], "features", "norm", "permute", "avgpool", "flatten", "head");
  }

  private static SwinTransformer swin(
      long embed_dim, long blocks, long[] num_heads, double drop, long num_classes) {
    return new SwinTransformer(
        new long[] {4, 4},
        embed_dim,
        new long[] {2, 2, blocks, 2},
        num_heads,
        new long[] {7, 7},
        4,
        drop,
        num_classes);
  }

  /** The new model {@code swin_t} of 1000 classes. */
  public static SwinTransformer swin_t() {
    return swin_t(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code swin_t}: 96 features and 12 blocks.
   *
   * @param num_classes how many logits it has
   */
  public static SwinTransformer swin_t(long num_classes) {
    return swin(96, 6, new long[] {3, 6, 12, 24}, 0.2, num_classes);
  }

  /** The new model {@code swin_s} of 1000 classes. */
  public static SwinTransformer swin_s() {
    return swin_s(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code swin_s}: 96 features and 24 blocks.
   *
   * @param num_classes how many logits it has
   */
  public static SwinTransformer swin_s(long num_classes) {
    return swin(96, 18, new long[] {3, 6, 12, 24}, 0.3, num_classes);
  }

  /** The new model {@code swin_b} of 1000 classes. */
  public static SwinTransformer swin_b() {
    return swin_b(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code swin_b}: 128 features and 24 blocks.
   *
   * @param num_classes how many logits it has
   */
  public static SwinTransformer swin_b(long num_classes) {
    return swin(128, 18, new long[] {4, 8, 16, 32}, 0.5, num_classes);
  }
}
