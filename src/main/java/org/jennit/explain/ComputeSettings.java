package org.jennit.explain;

import java.io.Serializable;

/**
 * Where and how is computed.
 *
 * @param device cpu, cuda or cuda:N
 * @param seed of random weights and of SmoothGrad's noise
 */
public record ComputeSettings(String device, Precision dtype, long seed) implements Serializable {
  /** The dtypes there are, as torch calls them. */
  public enum Precision {
    /** 32 bits. */
    float32,
    /** 64 bits. */
    float64
  }
}
