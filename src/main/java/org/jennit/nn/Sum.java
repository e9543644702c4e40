package org.jennit.nn;

/**
 * Sum of several inputs, whose shapes broadcast, or of one input over one of its dimensions, the
 * last by default. An addition that is written as a Sum is visible to rules, and each summand gets
 * its share of the relevance. (Zennit's Sum takes one input alone, the summands stacked.) One that
 * stands for {@code a - b} or {@code torch.add(a, b, alpha=2)} in a file weighs its second input
 * and prints that weight as {@code alpha}.
 */
public final class Sum extends Layer {

  public Sum() {
    super("Sum", new Arguments());
  }

  public Sum(long dim) {
    super("Sum", new Arguments().put("dim", dim));
  }

  Sum(Handle handle) {
    super(handle);
  }
}
