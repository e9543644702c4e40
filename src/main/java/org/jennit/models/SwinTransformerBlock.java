package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Add;
import org.jennit.nn.LayerNorm;

/**
 * The block of a Swin transformer: attention within windows and two dense layers, each after a norm
 * and added to its input by a child {@code residual1} or {@code residual2}. (N, H, W, C) to the
 * same.
 */
public final class SwinTransformerBlock extends TorchvisionModule {

  SwinTransformerBlock(
      long dim, long num_heads, long[] window_size, long[] shift_size, long mlp_dim, double drop) {
    register_module("norm1", new LayerNorm(dim));
    register_module("attn", new ShiftedWindowAttention(dim, window_size, shift_size, num_heads));
    register_module("stochastic_depth", new StochasticDepth(drop));
    register_module("norm2", new LayerNorm(dim));
    register_module("mlp", new MLPBlock(dim, mlp_dim));
    register_module("residual1", new Add());
    register_module("residual2", new Add());
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor x =
        get_submodule("residual1")
            .forward(inputs[0], call(inputs[0], "norm1", "attn", "stochastic_depth"));
    return get_submodule("residual2").forward(x, call(x, "norm2", "mlp", "stochastic_depth"));
  }
}
