package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.jennit.bench.models.ForwardWork.Products;
import org.jennit.nn.Module;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** How many floating-point operations the products of the two halves of a {@link Pair} take. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class Work {
  public double baseline_gflop;
  public double gflop;
  private ForwardWork forward;

  void count(String name, Module network, Tensor input) {
    if (forward == null) {
      forward = ForwardWork.of(network, input);
    }
    baseline_gflop = forward.gflop(Products.of(Explanations.GRADIENT, 1));
    gflop = forward.gflop(Products.of(name, (int) input.size(0)));
  }
}
