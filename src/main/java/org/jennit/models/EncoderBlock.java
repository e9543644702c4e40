package org.jennit.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Add;
import org.jennit.nn.Dropout;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.LayerNormOptions;
import org.jennit.nn.MultiheadAttention;
import org.jennit.nn.MultiheadAttentionOptions;

/**
 * The block of a vision transformer: attention and two dense layers, each after a norm and added to
 * its input by a child {@code residual_1} or {@code residual_2}. (N, positions, hidden_dim) to the
 * same.
 */
public final class EncoderBlock extends TorchvisionModule {

  EncoderBlock(long num_heads, long hidden_dim, long mlp_dim) {
    register_module("ln_1", norm(hidden_dim));
    register_module(
        "self_attention",
        new MultiheadAttention(
            new MultiheadAttentionOptions(hidden_dim, num_heads).batch_first(true)));
    register_module("dropout", new Dropout(0));
    register_module("ln_2", norm(hidden_dim));
    register_module("mlp", new MLPBlock(hidden_dim, mlp_dim));
    register_module("residual_1", new Add());
    register_module("residual_2", new Add());
  }

  static LayerNorm norm(long hidden_dim) {
    return new LayerNorm(new LayerNormOptions(hidden_dim).eps(1e-6));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor normalized = call(inputs[0], "ln_1");
    Tensor attended = get_submodule("self_attention").forward(normalized, normalized, normalized);
    Tensor sum = get_submodule("residual_1").forward(call(attended, "dropout"), inputs[0]);
    return get_submodule("residual_2").forward(sum, call(sum, "ln_2", "mlp"));
  }
}
