package org.jennit.rules;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.nn.Module;

/** Modules of several inputs that are written in Java, and the relevance of each input. */
final class SeveralInputs {
  private SeveralInputs() {}

  interface Forward {
    Tensor apply(Tensor... inputs);
  }

  static Module module(Forward forward) {
    return new Module() {
      @Override
      protected Tensor compute(Tensor... inputs) {
        return forward.apply(inputs);
      }
    };
  }

  static Tensor concatenated(Tensor... inputs) {
    try (TensorVector vector = new TensorVector(inputs)) {
      return torch.cat(vector, 1);
    }
  }

  static Tensor[] relevances(
      Module module, Tensor[] inputs, Tensor upper, Autograd.Option... options) {
    return Autograd.grad(
        new Tensor[] {module.forward(inputs)}, inputs, new Tensor[] {upper}, options);
  }
}
