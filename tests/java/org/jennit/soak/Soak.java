package org.jennit.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.Diagnostics;
import org.jennit.attribution.Attribution;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.demo.SoftplusCanonizer;
import org.jennit.export.ExportedProgram;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.script.TorchScript;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;
import org.jennit.weights.Weights;

/**
 * Uses the library for long, and prints how much memory the process has: {@code Soak FOLDER SHARE}.
 * Each line is a kind of use, how often it was done, and the bytes of the process that are no
 * file's. All of it is done SHARE times the full number, which is 10,000 attributions.
 */
public final class Soak {
  private static final int SAMPLES = 40;

  private final double share;
  private final Path folder;
  private final Sequential model = model();
  private final Tensor input = torch.rand(2, 1, 8, 8).requires_grad_(true);
  private final Tensor seed = torch.ones(2, 10);

  private Soak(Path folder, double share) {
    this.folder = folder;
    this.share = share;
  }

  private static Sequential model() {
    Sequential model =
        new Sequential(new Conv2d(1, 4, 3), new ReLU(), new Flatten(), new Linear(4 * 6 * 6, 10));
    model.eval();
    return model;
  }

  public static void main(String[] arguments) throws IOException {
    Soak soak = new Soak(Path.of(arguments[0]), Double.parseDouble(arguments[1]));
    soak.run();
    Diagnostics.counts().forEach((kind, count) -> System.out.println(kind + " " + count));
  }

  private void run() throws IOException {
    Gradient attributor = new Gradient(model, new EpsilonPlus());
    phase("attributions", 10_000, i -> attribute(attributor));
    Composite composite = new EpsilonPlus();
    phase("registrations", 2_000, i -> composite.context(model).close());
    Composite recipe = new Composite(List.of(new SoftplusCanonizer(10)));
    phase("second_order", 2_000, i -> differentiate(recipe));
    for (Map.Entry<String, Runnable> callback : FailingCallbacks.of(model, input).entrySet()) {
      phase("exceptions_" + callback.getKey(), 2_000, i -> fails(callback.getValue()));
    }
    Path weights = folder.resolve("weights.safetensors");
    Map<String, Tensor> state = model.state_dict();
    SafeTensors.write(weights, state, Map.of());
    state.values().forEach(Tensor::close);
    phase("loads_of_weights", 500, i -> load(weights));
    Path script =
        Path.of(System.getProperty("jennit.vectors"), "torchscript", "tiny_resnet_scripted.pt");
    phase("loads_of_torchscript", 500, i -> TorchScript.load(script).close());
    Path exported = Path.of(System.getProperty("jennit.data"), "exported", "shared.pt2");
    phase("loads_of_exported", 500, i -> ExportedProgram.load(exported).close());
    phase("models", 500, i -> model().close());
  }

  private void phase(String name, int full, IntConsumer work) throws IOException {
    int times = Math.max(SAMPLES, (int) (full * share));
    for (int i = 0; i <= times; i++) {
      if (i % (times / SAMPLES) == 0) {
        System.out.println(name + " " + i + " " + org.jennit.weights.Memory.own());
      }
      work.accept(i);
    }
  }

  private void attribute(Gradient attributor) {
    try (Attribution attribution = attributor.apply(input, 1, 2)) {
      attribution.relevance().sum().close();
    }
  }

  private void differentiate(Composite recipe) {
    try (CompositeContext context = recipe.context(model);
        Tensor output = model.forward(input);
        Tensor relevance = Autograd.grad(output, input, seed, Autograd.CREATE_GRAPH);
        Tensor square = relevance.square();
        Tensor loss = square.sum();
        Tensor derivative = Autograd.grad(loss, input)) {
      if (!derivative.defined()) {
        throw new AssertionError("no derivative");
      }
    }
  }

  private void load(Path weights) {
    try (StateDict state = Weights.load(weights)) {
      model.load_state_dict(state);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fails(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      return;
    }
    throw new AssertionError("nothing was thrown");
  }
}
