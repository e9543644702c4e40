package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Compares tensors bit by bit, for every type: NaN equals itself, and types LibTorch cannot
 * compare.
 */
final class TensorAsserts {
  private TensorAsserts() {}

  static void assertSame(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    assertEquals(expected.keySet(), actual.keySet());
    expected.forEach((name, tensor) -> assertSame(name, tensor, actual.get(name)));
  }

  private static void assertSame(String name, Tensor expected, Tensor actual) {
    assertEquals(expected.scalar_type().intern(), actual.scalar_type().intern(), name);
    assertArrayEquals(expected.shape(), actual.shape(), name);
    assertArrayEquals(bytes(expected), bytes(actual), name);
  }

  static byte[] bytes(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = tensor.resolve_conj().resolve_neg().contiguous();
      byte[] bytes = new byte[(int) dense.nbytes()];
      if (bytes.length > 0) {
        new BytePointer(dense.data_ptr()).get(bytes);
      }
      return bytes;
    }
  }
}
