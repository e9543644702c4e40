package org.jennit.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.weights.StateDict;

/** A small convolutional network for digits, N x 1 x 28 x 28 to N x 10 logits. */
public final class DigitsNet {
  static final String WEIGHTS = "digits.safetensors";

  private DigitsNet() {}

  /** With fresh weights. The caller closes it. */
  public static Sequential create() {
    Map<String, Module> children = new LinkedHashMap<>();
    children.put(
        "features",
        new Sequential(
            new Conv2d(1, 12, 3, 1, 1),
            new ReLU(),
            new MaxPool2d(2, 2),
            new Conv2d(12, 24, 3, 1, 1),
            new ReLU(),
            new MaxPool2d(2, 2)));
    children.put("flatten", new Flatten());
    children.put(
        "classifier", new Sequential(new Linear(24 * 7 * 7, 48), new ReLU(), new Linear(48, 10)));
    return new Sequential(children);
  }

  /** With the weights that {@link TrainDigits} made, in evaluation mode. The caller closes it. */
  public static Sequential pretrained() {
    Sequential model = create();
    try (StateDict weights = Digits.resource(WEIGHTS)) {
      model.load_state_dict(weights);
    }
    model.eval();
    return model;
  }

  /** The share of images whose largest logit is at their label. */
  public static double accuracy(Module model, Tensor images, Tensor labels) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      Tensor predicted =
          model.forward(images).argmax(new org.bytedeco.pytorch.LongOptional(1), false);
      return predicted.eq(labels).sum().item().toDouble() / labels.numel();
    }
  }
}
