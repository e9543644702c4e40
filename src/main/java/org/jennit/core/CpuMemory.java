package org.jennit.core;

import org.jennit.internal.JennitCore;
import org.jennit.internal.KeptMemory;

/**
 * The memory of tensors on CPU. Blocks of a mebibyte and more are kept when their tensor is freed,
 * for the next tensors of about their size: the system would clear every page of a new block, which
 * takes a good part of the time of an attribution. Blocks in use and kept blocks together never
 * take more than 5/4 of what the blocks in use once did.
 *
 * <p>Tensors may take all the memory of the machine, or of the container, or what {@code
 * -Djennit.max_memory} says (such as 8g; 0 for no limit). Where they take half of it, the garbage
 * collector looks for those that nobody can reach, at the begin of the next pass; before a tensor
 * is refused it does so once more. A refused tensor is an exception that says the sizes.
 *
 * <p>The whole process is served, from the first use of Jennit on; {@code
 * -Djennit.keep_memory=false} leaves LibTorch's own allocator as it is, and all of this out. Where
 * JavaCPP watches the memory of the process, nothing is kept above half of its limit, and the
 * collector looks from there on. Thread-safe.
 */
public final class CpuMemory {
  private CpuMemory() {}

  /** Hands the kept blocks to the system, as {@code torch.cuda.empty_cache} does on a GPU. */
  public static void empty_cache() {
    JennitCore.load();
    KeptMemory.empty_cpu_cache();
  }

  /**
   * The size of the tensors that live, in bytes, as {@code torch.cuda.memory_allocated} says it of
   * a GPU. Tensors that were made before the first use of Jennit are not counted.
   */
  public static long allocated_bytes() {
    JennitCore.load();
    return KeptMemory.used_cpu_bytes();
  }

  /**
   * The largest size of tensors that lived at once, in bytes, since the first use of Jennit or the
   * last {@link #reset_peak_allocated_bytes}: {@code torch.cuda.max_memory_allocated} of a GPU.
   */
  public static long max_allocated_bytes() {
    JennitCore.load();
    return KeptMemory.peak_cpu_bytes();
  }

  /**
   * Lets {@link #max_allocated_bytes} begin anew with what lives now. It is counted for the whole
   * process: what other threads allocate meanwhile is in it.
   */
  public static void reset_peak_allocated_bytes() {
    JennitCore.load();
    KeptMemory.reset_peak_cpu_bytes();
  }

  /** The size of the kept blocks, in bytes. */
  public static long cached_bytes() {
    JennitCore.load();
    return KeptMemory.cached_cpu_bytes();
  }
}
