package org.jennit.rules;

import org.jennit.core.NativeHook;
import org.jennit.nn.Arguments;

/**
 * Relevance through {@code p = softmax(x)}, expanded at x: {@code x (R - p sum(R))} (Achtibat et
 * al. 2024, arXiv:2402.05602, proposition 3.1); nothing where x is minus infinity. The sum is not
 * kept: a softmax has a bias. For {@link org.jennit.nn.Softmax} and {@link
 * org.jennit.nn.Softmax2d}.
 */
public final class SoftmaxTaylor extends NativeHook {

  public SoftmaxTaylor() {
    super("SoftmaxTaylor", new Arguments());
  }
}
