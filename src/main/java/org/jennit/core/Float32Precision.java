package org.jennit.core;

import org.jennit.JennitException;
import org.jennit.internal.Boundary;
import org.jennit.internal.Float32;

/**
 * How exact the products of float32 tensors on the CPU are: those of convolutions and dense layers,
 * in forward passes, gradients and rules alike. As {@code
 * torch.backends.mkldnn.conv.fp32_precision} and {@code .matmul.fp32_precision}. Thread-safe; what
 * runs while the setting changes may do either.
 */
public final class Float32Precision {
  private Float32Precision() {}

  /** Whether the processor can, and LibTorch does: those with AMX. */
  public static boolean has_bf16_products() {
    return Float32.has_bf16_products();
  }

  /**
   * Whether products round their factors to bfloat16, 8 bits of precision in place of 24, and add
   * them up in float32; for the whole process, and at first not. Tensors stay float32. Each factor
   * is off by 0.2% at most; what that makes of a composite's relevance, and of its time, stands in
   * the pages on memory and threads. A dense layer with a bias keeps exact products on the way
   * forward: LibTorch 2.10 forgets the setting where it adds a bias in the same call.
   *
   * @throws JennitException where the processor has no such products
   */
  public static void set_bf16_products(boolean mode) {
    Boundary.run(() -> Float32.set_bf16_products(mode));
  }

  /** What {@link #set_bf16_products} last set. */
  public static boolean bf16_products() {
    return Float32.bf16_products();
  }
}
