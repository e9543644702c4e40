package org.jennit.nn;

import java.util.Objects;
import org.jennit.internal.Boundary;
import org.jennit.internal.Tree;

/**
 * A recurrent layer or cell, opened: it takes and gives what the layer does, and computes it by
 * children that are called at every step, so that rules and hooks reach them.
 *
 * <p>A layer has a child for each of its layers and directions, {@code l0}, {@code l0_reverse},
 * ..., which takes (x, h, c) or (x, h) and gives the states after the step; a cell is such a child
 * itself. In it, each pre-activation is one linear map of x and h side by side:
 *
 * <ul>
 *   <li>LSTM: {@code input_gate}, {@code forget_gate}, {@code candidate}, {@code output_gate} and
 *       their activations, {@code input_gate_sigmoid}, {@code candidate_tanh} and so on; the {@link
 *       Gate}s {@code keep} (c and the forget gate), {@code add} (the candidate and the input gate)
 *       and {@code emit}; the {@link Sum} {@code cell_state} and {@code cell_state_tanh}; and
 *       {@code projection} where there is one;
 *   <li>GRU: {@code reset_gate}, {@code update_gate}, {@code candidate} (a {@link GatedLinear}) and
 *       their activations; the gates {@code keep} (h) and {@code renew} (the candidate); the sum
 *       {@code hidden_state};
 *   <li>RNN: {@code hidden_state} and {@code hidden_state_tanh} or {@code hidden_state_relu}.
 * </ul>
 *
 * <p>Between the layers stands one {@code dropout}, where there is some. Parameters are those of
 * the layer, under its names. What the children read is made of them when the layer is opened,
 * recorded where they require gradients; after a training step it must be opened anew. {@link
 * org.jennit.canonizers.UnrollRecurrent} opens the layers of a model for the time of an
 * attribution.
 */
public final class Unrolled extends Layer {

  Unrolled(Handle handle) {
    super(handle);
  }

  /**
   * Opens a layer, which stays as it is.
   *
   * @throws org.jennit.JennitException for a module that is none of RNN, LSTM, GRU and their cells
   */
  public static Unrolled of(Module recurrent) {
    Objects.requireNonNull(recurrent, "recurrent is null");
    return (Unrolled) Modules.adopt(Boundary.call(() -> Tree.unroll(recurrent.module())));
  }

  @Override
  protected boolean forward_gives_first() {
    return true;
  }
}
