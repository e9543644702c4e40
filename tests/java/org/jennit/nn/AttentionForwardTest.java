package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.manual_seed;
import static org.bytedeco.pytorch.global.torch.randn;
import static org.jennit.nn.LayerChecks.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MultiheadAttentionImpl;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TransformerImpl;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.junit.jupiter.api.Test;

/** Attention and transformers against LibTorch's own modules. */
class AttentionForwardTest {

  private static Tensor causal(long size) {
    return Masks.generate_square_subsequent_mask(size, torch.ScalarType.Float);
  }

  @Test
  void multiheadAttentionDrawsAndComputesWhatLibTorchDoes() {
    try (PointerScope scope = new PointerScope()) {
      var options = new org.bytedeco.pytorch.MultiheadAttentionOptions(6, 2);
      options.add_bias_kv().put(true);
      options.add_zero_attn().put(true);
      options.kdim().put(5);
      options.vdim().put(5);
      manual_seed(3);
      MultiheadAttentionImpl reference = new MultiheadAttentionImpl(options);
      manual_seed(3);
      MultiheadAttention attention =
          new MultiheadAttention(
              new MultiheadAttentionOptions(6, 2)
                  .add_bias_kv(true)
                  .add_zero_attn(true)
                  .kdim(5)
                  .vdim(5)
                  .need_weights(true)
                  .average_attn_weights(false));
      Tensor query = randn(4, 3, 6);
      Tensor key = randn(5, 3, 5);
      Tensor value = randn(5, 3, 5);
      Tensor hidden = randn(3, 5).gt(new org.bytedeco.pytorch.Scalar(0.5));
      T_TensorTensor_T expected =
          reference.forward(query, key, value, hidden, true, new Tensor(), false);
      Tensor[] actual = attention.forward_all(query, key, value, hidden);
      assertClose(expected.get0(), actual[0]);
      assertClose(expected.get1(), actual[1]);
    }
  }

  @Test
  void aTransformerComputesWhatLibTorchDoes() {
    try (PointerScope scope = new PointerScope()) {
      var options = new org.bytedeco.pytorch.TransformerOptions(8, 2, 2, 1);
      options.dim_feedforward().put(5);
      TransformerImpl reference = new TransformerImpl(options);
      reference.eval();
      Transformer transformer =
          new Transformer(
              new TransformerOptions()
                  .d_model(8)
                  .nhead(2)
                  .num_encoder_layers(2)
                  .num_decoder_layers(1)
                  .dim_feedforward(5));
      transformer.eval();
      Map<String, Tensor> state = new LinkedHashMap<>();
      var parameters = reference.named_parameters();
      for (String name : transformer.state_dict().keySet()) {
        state.put(name, parameters.get(new org.bytedeco.javacpp.BytePointer(name)));
      }
      assertEquals(parameters.size(), state.size());
      transformer.load_state_dict(state);
      Tensor src = randn(4, 3, 8);
      Tensor tgt = randn(5, 3, 8);
      Tensor mask = causal(5);
      Tensor none = new Tensor();
      assertClose(
          reference.forward(src, tgt, none, mask, none, none, none, none),
          transformer.forward(src, tgt, Masks.none(), mask));
    }
  }

  @Test
  void aStackStartsWithEqualLayersAndPrintsItsParts() {
    try (PointerScope scope = new PointerScope()) {
      TransformerLayerOptions options =
          new TransformerLayerOptions(4, 2).dim_feedforward(3).batch_first(true);
      TransformerEncoder encoder = new TransformerEncoder(options, 2, new LayerNorm(4));
      assertEquals(
          List.of(
              "layers.0.self_attn.in_proj_weight",
              "layers.0.self_attn.in_proj_bias",
              "layers.0.self_attn.out_proj.weight",
              "layers.0.self_attn.out_proj.bias",
              "layers.0.linear1.weight",
              "layers.0.linear1.bias",
              "layers.0.linear2.weight",
              "layers.0.linear2.bias",
              "layers.0.norm1.weight",
              "layers.0.norm1.bias",
              "layers.0.norm2.weight",
              "layers.0.norm2.bias"),
          List.copyOf(encoder.state_dict().keySet()).subList(0, 12));
      assertClose(
          encoder.state_dict().get("layers.0.linear1.weight"),
          encoder.state_dict().get("layers.1.linear1.weight"));
      Module attention = encoder.get_submodule("layers.1.self_attn");
      assertTrue(attention instanceof MultiheadAttention);
      assertEquals(
          List.of("q_proj", "k_proj", "v_proj", "attention", "out_proj"),
          List.copyOf(attention.named_children().keySet()));
      assertArrayEquals(new long[] {2, 3, 4}, encoder.forward(randn(2, 3, 4)).shape());
    }
  }

  @Test
  void partsAreCalledByNameAndFollowTheParametersOfTheLayer() {
    try (PointerScope scope = new PointerScope()) {
      MultiheadAttention attention = new MultiheadAttention(4, 2);
      Tensor x = randn(3, 2, 4);
      Tensor fused = attention.forward(x, x, x);
      AtomicInteger calls = new AtomicInteger();
      for (Module part : attention.children()) {
        part.register_forward_hook(
            (module, inputs, output) -> {
              calls.incrementAndGet();
              return null;
            });
      }
      assertClose(fused, attention.forward(x, x, x));
      assertEquals(5, calls.get());
      attention.to(torch.ScalarType.Double);
      Tensor wide = x.to(torch.ScalarType.Double);
      assertClose(fused.to(torch.ScalarType.Double), attention.forward(wide, wide, wide));
    }
  }

  @Test
  void anOpenedAttentionGivesTheSame() {
    try (PointerScope scope = new PointerScope()) {
      ScaledDotProductAttention attention =
          new ScaledDotProductAttention(
              new ScaledDotProductAttentionOptions().enable_gqa(true).scale(0.4));
      ExplicitAttention opened = ExplicitAttention.of(attention);
      Tensor query = randn(2, 4, 3, 5);
      Tensor key = randn(2, 2, 6, 5);
      Tensor value = randn(2, 2, 6, 7);
      Tensor allowed = randn(3, 6).gt(new org.bytedeco.pytorch.Scalar(0));
      allowed.select(0, 1).fill_(new org.bytedeco.pytorch.Scalar(0));
      for (Tensor[] inputs :
          List.of(
              new Tensor[] {query, key, value},
              new Tensor[] {query, key, value, allowed},
              new Tensor[] {query, key, value, randn(2, 1, 3, 6)})) {
        assertClose(attention.forward(inputs), opened.forward(inputs));
      }
      assertThrows(JennitException.class, () -> ExplicitAttention.of(new ReLU()));
    }
  }

  @Test
  void refusalsNameWhatIsWrong() {
    try (PointerScope scope = new PointerScope()) {
      MultiheadAttention attention = new MultiheadAttention(4, 2);
      Tensor x = randn(3, 2, 4);
      refused("key must have 4 features", () -> attention.forward(x, randn(3, 2, 5), x));
      refused(
          "attn_mask must have the shape",
          () -> attention.forward(x, x, x, Masks.none(), causal(2)));
      refused("key_padding_mask must have the shape", () -> attention.forward(x, x, x, causal(2)));
      refused("must be divisible by num_heads", () -> new MultiheadAttention(5, 2));
      refused(
          "activation",
          () -> new TransformerEncoderLayer(new TransformerLayerOptions(4, 2).activation("tanh")));
      Transformer transformer =
          new Transformer(
              new TransformerOptions()
                  .d_model(4)
                  .nhead(1)
                  .num_encoder_layers(1)
                  .num_decoder_layers(1));
      refused("the batch number of src and tgt", () -> transformer.forward(x, randn(3, 1, 4)));
      refused("must be equal to d_model", () -> transformer.forward(x, randn(3, 2, 3)));
      ScaledDotProductAttention causal =
          new ScaledDotProductAttention(new ScaledDotProductAttentionOptions().is_causal(true));
      refused("is_causal=True", () -> causal.forward(x, x, x, causal(2)));
      refused("MatMul takes two tensors", () -> new MatMul().forward(x));
    }
  }

  private static void refused(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(JennitException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
