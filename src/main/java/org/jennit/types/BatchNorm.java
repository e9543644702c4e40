package org.jennit.types;

/** A normalization by statistics of the batch, per channel. */
public interface BatchNorm {
  /** What is added to the variance. */
  double eps();
}
