package org.jennit.cli;

import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.CpuMemory;

/**
 * What work on a batch takes at its peak, of tensors on CPU: {@code fixed + samples * perSample}.
 * Where the work cannot be done on another batch all of it is fixed; NaN where nothing is known.
 *
 * @param fixed in MiB
 * @param perSample in MiB
 */
record PeakMemory(double fixed, double perSample) {
  private static final double MIB = 1 << 20;

  /** Two runs: the peak is taken to grow by the same amount for each sample. */
  static PeakMemory of(Consumer<Tensor> work, Tensor input, Tensor twice) {
    if (!input.device().is_cpu() || CpuMemory.allocated_bytes() == 0) {
      return new PeakMemory(Double.NaN, Double.NaN);
    }
    double once = peak(work, input);
    try {
      double grown = peak(work, twice) - once;
      return new PeakMemory(Math.max(0, once - grown), grown / input.size(0));
    } catch (JennitException e) {
      // A program that was exported for so many samples refuses others.
      return new PeakMemory(once, Double.NaN);
    }
  }

  private static double peak(Consumer<Tensor> work, Tensor input) {
    long before = CpuMemory.allocated_bytes();
    CpuMemory.reset_peak_allocated_bytes();
    work.accept(input);
    return (CpuMemory.max_allocated_bytes() - before) / MIB;
  }
}
