package org.jennit.nn;

import org.jennit.types.Recurrent;

/** What RNN, LSTM and GRU share: the sequence is the first of their outputs. */
abstract class RecurrentLayer extends Layer implements Recurrent {
  RecurrentLayer(String type, Arguments arguments) {
    super(type, arguments);
  }

  RecurrentLayer(Handle handle) {
    super(handle);
  }

  @Override
  protected final boolean forward_gives_first() {
    return true;
  }
}
