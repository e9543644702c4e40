package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Add;
import org.jennit.nn.Conv1D;
import org.jennit.nn.GELU;
import org.jennit.nn.LayerNorm;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ModuleList;
import org.jennit.nn.ScaledDotProductAttention;
import org.jennit.nn.ScaledDotProductAttentionOptions;

/**
 * GPT-2 small as Hugging Face's transformers has it (Radford et al. 2019): 12 blocks of 12 heads,
 * 768 features, 50,257 tokens; random weights. From embedded tokens, (N, tokens, 768), to the
 * scores of the token behind the last one, (N, 50257).
 */
final class Gpt2 extends Module {
  static final int FEATURES = 768;
  private static final int HEADS = 12;
  private static final int BLOCKS = 12;
  private static final int POSITIONS = 1024;
  private static final int TOKENS = 50257;

  Gpt2() {
    register_parameter("wpe", torch.randn(POSITIONS, FEATURES));
    register_module("add", new Add());
    ModuleList blocks = new ModuleList();
    for (int i = 0; i < BLOCKS; i++) {
      blocks.append(new Block());
    }
    register_module("h", blocks);
    register_module("ln_f", new LayerNorm(FEATURES));
    register_module("lm_head", new Linear(FEATURES, TOKENS, false));
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    long tokens = inputs[0].size(1);
    Tensor x = get_submodule("add").forward(inputs[0], get_parameter("wpe").narrow(0, 0, tokens));
    for (Module block : get_submodule("h").children()) {
      x = block.forward(x);
    }
    return get_submodule("lm_head").forward(get_submodule("ln_f").forward(x).select(1, -1));
  }

  /** Attention and two dense layers, each after a norm and added to its input. */
  private static final class Block extends Module {
    Block() {
      register_module("ln_1", new LayerNorm(FEATURES));
      register_module("c_attn", new Conv1D(3L * FEATURES, FEATURES));
      register_module(
          "attention",
          new ScaledDotProductAttention(new ScaledDotProductAttentionOptions().is_causal(true)));
      register_module("c_proj", new Conv1D(FEATURES, FEATURES));
      register_module("add_1", new Add());
      register_module("ln_2", new LayerNorm(FEATURES));
      register_module("c_fc", new Conv1D(4L * FEATURES, FEATURES));
      register_module("act", new GELU("tanh"));
      register_module("mlp_c_proj", new Conv1D(FEATURES, 4L * FEATURES));
      register_module("add_2", new Add());
    }

    private Tensor call(Tensor x, String... children) {
      for (String child : children) {
        x = get_submodule(child).forward(x);
      }
      return x;
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor x = inputs[0];
      TensorVector parts = call(x, "ln_1", "c_attn").split(FEATURES, 2);
      Tensor attended =
          get_submodule("attention")
              .forward(heads(parts.get(0)), heads(parts.get(1)), heads(parts.get(2)));
      Tensor joined = attended.transpose(1, 2).reshape(x.shape());
      Tensor sum = get_submodule("add_1").forward(x, call(joined, "c_proj"));
      return get_submodule("add_2").forward(sum, call(sum, "ln_2", "c_fc", "act", "mlp_c_proj"));
    }

    /** (N, tokens, features) to (N, heads, tokens, features of a head). */
    private static Tensor heads(Tensor x) {
      return x.view(x.size(0), x.size(1), HEADS, FEATURES / HEADS).transpose(1, 2);
    }
  }
}
