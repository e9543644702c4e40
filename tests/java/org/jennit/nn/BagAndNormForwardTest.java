package org.jennit.nn;

import static org.bytedeco.pytorch.global.torch.randn;
import static org.jennit.nn.LayerChecks.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.junit.jupiter.api.Test;

/** EmbeddingBag, RMSNorm, CosineSimilarity and the operations of two tensors, by their formulas. */
class BagAndNormForwardTest {

  @Test
  void aBagIsTheSumOrMeanOrMaximumOfItsRows() {
    try (PointerScope scope = new PointerScope()) {
      Tensor indices = torch.tensor(0L, 2L, 2L, 1L, 4L, 3L).view(2, 3);
      Tensor offsets = torch.tensor(0L, 3L);
      EmbeddingBag sum = new EmbeddingBag(new EmbeddingBagOptions(5, 4).mode("sum"));
      Tensor rows =
          sum.get_parameter("weight").index_select(0, indices.flatten()).view(2, 3, 4).detach();
      assertClose(rows.sum(1), sum.forward(indices));
      assertClose(rows.sum(1), sum.forward(indices.flatten(), offsets));
      Tensor weights = randn(6);
      assertClose(
          rows.mul(weights.view(2, 3, 1)).sum(1), sum.forward(indices.flatten(), offsets, weights));
      EmbeddingBag mean = new EmbeddingBag(5, 4);
      mean.load_state_dict(sum.state_dict());
      assertClose(rows.mean(1), mean.forward(indices));
      EmbeddingBag largest = new EmbeddingBag(new EmbeddingBagOptions(5, 4).mode("max"));
      largest.load_state_dict(sum.state_dict());
      assertClose(rows.amax(new long[] {1}, false), largest.forward(indices));
      EmbeddingBag padded =
          new EmbeddingBag(new EmbeddingBagOptions(5, 4).mode("sum").padding_idx(2));
      assertEquals(0, padded.get_parameter("weight").select(0, 2).abs().sum().item_double());
      assertThrows(
          JennitException.class,
          () -> new EmbeddingBag(new EmbeddingBagOptions(5, 4).mode("median")));
    }
  }

  @Test
  void rootMeanSquaresAreDividedBy() {
    try (PointerScope scope = new PointerScope()) {
      Tensor x = randn(2, 3, 4);
      RMSNorm plain = new RMSNorm(new RMSNormOptions(3, 4).elementwise_affine(false));
      Tensor square = x.square().flatten(1, -1).mean(1).view(2, 1, 1);
      assertClose(x.div(square.sqrt()), plain.forward(x));
      RMSNorm weighted = new RMSNorm(new RMSNormOptions(4).eps(0.5));
      weighted.get_parameter("weight").detach().fill_(new Scalar(3.0));
      Tensor shifted = x.square().mean(-1).unsqueeze(-1).add(new Scalar(0.5));
      assertClose(x.mul(new Scalar(3.0)).div(shifted.sqrt()), weighted.forward(x));
    }
  }

  @Test
  void pairsAreCombined() {
    try (PointerScope scope = new PointerScope()) {
      Tensor a = randn(2, 3);
      Tensor b = randn(3);
      assertClose(a.mul(b), new Mul().forward(a, b));
      assertClose(a.mul(b), new Mul("second").forward(a, b));
      assertClose(a.add(b), new Add().forward(a, b));
      assertClose(a.matmul(b), new MatMul().forward(a, b));
      Tensor product = a.mul(b).sum(1);
      Tensor lengths = a.square().sum(1).sqrt().mul(b.square().sum().sqrt());
      assertClose(product.div(lengths), new CosineSimilarity().forward(a, b.expand(2, 3)));
      Tensor gelu = a.mul(a.mul(new Scalar(1.702)).sigmoid());
      assertClose(gelu, new QuickGELU().forward(a));
      String message = assertThrows(JennitException.class, () -> new Mul().forward(a)).getMessage();
      assertTrue(message.contains("Mul takes two tensors"), message);
    }
  }
}
