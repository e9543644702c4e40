package org.jennit.core;

import java.util.List;
import org.jennit.nn.Module;

/**
 * Reshapes a model while an attribution runs. {@link #apply} looks through the model, and for each
 * place that wants a change makes a {@link #copy}, lets it make that change (by convention in a
 * {@code register} method with the arguments it needs) and answers the copies; {@link #remove}
 * undoes what one copy did. A composite applies its canonizers in order and removes the copies in
 * reverse.
 */
public abstract class Canonizer {
  /**
   * Changes the model.
   *
   * @return one canonizer for each change made. Where this method throws, the changes it has made
   *     so far should be undone by itself, as those of a half-applied {@link
   *     org.jennit.canonizers.CompositeCanonizer} are.
   */
  public abstract List<? extends Canonizer> apply(Module root);

  /** Undoes the change of this copy. Called once. */
  public abstract void remove();

  /** An unapplied canonizer with the same settings. */
  public abstract Canonizer copy();
}
