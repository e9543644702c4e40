package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class CpuMemoryTest {
  private static final long NUMBERS = 3L << 20;

  @Test
  void a_freed_tensor_is_kept_until_the_cache_is_emptied() {
    CpuMemory.empty_cache();
    torch.zeros(NUMBERS).close();
    assertTrue(CpuMemory.cached_bytes() >= 4 * NUMBERS, () -> CpuMemory.cached_bytes() + " bytes");
    CpuMemory.empty_cache();
    assertEquals(0, CpuMemory.cached_bytes());
  }

  @Test
  void the_most_that_lived_at_once_is_remembered() {
    CpuMemory.reset_peak_allocated_bytes();
    long before = CpuMemory.allocated_bytes();
    assertEquals(before, CpuMemory.max_allocated_bytes());
    torch.zeros(NUMBERS).close();
    assertTrue(CpuMemory.max_allocated_bytes() >= before + 4 * NUMBERS);
    assertTrue(CpuMemory.allocated_bytes() < before + 4 * NUMBERS);
  }

  @Test
  void a_tensor_of_kept_memory_holds_what_it_was_filled_with() {
    torch.ones(NUMBERS).close();
    try (Tensor zeros = torch.zeros(NUMBERS);
        Tensor sum = zeros.sum()) {
      CpuMemory.empty_cache();
      assertEquals(0, sum.item_double());
      assertEquals(0, zeros.count_nonzero().item_long());
    }
  }
}
