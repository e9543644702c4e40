package org.jennit.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.OptimizerParamGroup;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Module;
import org.jennit.nn.Sequential;
import org.jennit.weights.SafeTensors;

/** Trains the digits network and writes its weights: {@code TrainDigits FILE [SEED]}. */
public final class TrainDigits {
  private static final int EPOCHS = 10;
  private static final int BATCH = 50;

  private TrainDigits() {}

  /** Trains and writes: see the class. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1) {
      throw new IllegalArgumentException("usage: TrainDigits FILE [SEED]");
    }
    long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 0;
    PrintStream out = System.out;
    try (Digits digits = Digits.load();
        Sequential model = train(digits, EPOCHS, seed, out)) {
      Map<String, Tensor> weights = model.state_dict();
      SafeTensors.write(Path.of(arguments[0]), weights, Map.of("seed", Long.toString(seed)));
    }
  }

  /**
   * A trained network; the same seed gives the same one on the same machine with the same threads.
   *
   * @param progress gets a line per epoch
   */
  public static Sequential train(Digits digits, int epochs, long seed, PrintStream progress) {
    torch.manual_seed(seed);
    Sequential model = DigitsNet.create();
    try (TensorVector parameters = model.parameters();
        AdamOptions options = new AdamOptions(3e-3);
        Adam optimizer = new Adam(parameters, options)) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        model.train();
        double loss = epoch(model, optimizer, digits);
        model.eval();
        double accuracy = DigitsNet.accuracy(model, digits.test_images(), digits.test_labels());
        progress.printf("epoch %2d  loss %.4f  test accuracy %.3f%n", epoch, loss, accuracy);
        slowDown(optimizer);
      }
    }
    return model;
  }

  private static double epoch(Module model, Adam optimizer, Digits digits) {
    double sum = 0;
    long count = digits.train_labels().numel();
    try (PointerScope scope = new PointerScope()) {
      Tensor order = torch.randperm(count);
      for (long start = 0; start < count; start += BATCH) {
        try (PointerScope step = new PointerScope()) {
          Tensor batch = order.narrow(0, start, BATCH);
          optimizer.zero_grad();
          Tensor logits = model.forward(digits.train_images().index_select(0, batch));
          Tensor loss =
              torch.cross_entropy_loss(logits, digits.train_labels().index_select(0, batch));
          loss.backward();
          optimizer.step();
          sum += loss.item().toDouble() * BATCH;
        }
      }
    }
    return sum / count;
  }

  private static void slowDown(Adam optimizer) {
    try (PointerScope scope = new PointerScope()) {
      OptimizerParamGroup group = optimizer.param_groups().get(0);
      group.options().set_lr(group.options().get_lr() * 0.85);
    }
  }
}
