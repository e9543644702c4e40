package org.jennit.rules;

import java.util.List;
import org.jennit.core.NativeHook;
import org.jennit.core.Stabilizer;

/**
 * Positive and negative contributions apart, weighted with alpha and -beta (Bach et al. 2015, eq.
 * 60). Alpha is 2 and beta 1 by default; neither may be negative, and alpha - beta must be 1. For
 * layers that are linear maps.
 */
public final class AlphaBeta extends NativeHook {

  public AlphaBeta() {
    this(2, 1);
  }

  public AlphaBeta(double alpha, double beta) {
    this(alpha, beta, new Stabilizer(), List.of());
  }

  public AlphaBeta(double alpha, double beta, Stabilizer stabilizer, List<String> zero_params) {
    super(
        "AlphaBeta",
        stabilized("stabilizer", stabilizer)
            .put("alpha", alpha)
            .put("beta", beta)
            .put("zero_params", zero_params));
  }
}
