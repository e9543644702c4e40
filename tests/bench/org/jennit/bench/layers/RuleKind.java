package org.jennit.bench.layers;

import org.jennit.core.Hook;
import org.jennit.rules.AlphaBeta;
import org.jennit.rules.Epsilon;
import org.jennit.rules.Flat;
import org.jennit.rules.Gamma;
import org.jennit.rules.WSquare;
import org.jennit.rules.ZBox;
import org.jennit.rules.ZPlus;

/** The rules of linear layers, with their usual settings. */
public enum RuleKind {
  EPSILON,
  ZPLUS,
  ALPHA_BETA,
  GAMMA,
  ZBOX,
  WSQUARE,
  FLAT;

  Hook hook() {
    return switch (this) {
      case EPSILON -> new Epsilon();
      case ZPLUS -> new ZPlus();
      case ALPHA_BETA -> new AlphaBeta();
      case GAMMA -> new Gamma();
      case ZBOX -> new ZBox(-5, 5);
      case WSQUARE -> new WSquare();
      case FLAT -> new Flat();
    };
  }
}
