package org.jennit.bench.models;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;

/**
 * One explanation between two lines on standard output, where oneDNN reports its primitives if the
 * environment asks it to; then the time of the dense layers' products alone, which oneDNN does not
 * see.
 */
public final class ProfiledRun {
  public static final String BEGIN = "jennit,begin";
  public static final String END = "jennit,end,";
  public static final String LINEAR = "jennit,linear,";

  private ProfiledRun() {}

  /**
   * Runs one explanation.
   *
   * @param arguments model, explanation, images, resolution
   */
  public static void main(String[] arguments) {
    ModelState state = new ModelState();
    state.model = arguments[0];
    state.images = Integer.parseInt(arguments[2]);
    state.resolution = Integer.parseInt(arguments[3]);
    state.build();
    Runnable subject = Explanations.of(arguments[1], state.model, state.network, state.input);
    subject.run();
    System.out.println(BEGIN);
    System.out.println(END + seconds(subject));
    linear(state);
    System.out.println(LINEAR + seconds(() -> linear(state)));
    state.close();
  }

  private static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  /** One forward and one transposed product of each dense layer. */
  private static void linear(ModelState state) {
    try (NoGradGuard unrecorded = new NoGradGuard()) {
      for (Module layer : state.network.modules()) {
        if (layer instanceof Linear) {
          try (PointerScope temporaries = new PointerScope()) {
            Tensor weight = layer.get_parameter("weight");
            Tensor output = torch.linear(torch.ones(state.images, weight.size(1)), weight);
            output.mm(weight).close();
          }
        }
      }
    }
  }
}
