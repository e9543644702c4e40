package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.composites.Composites;
import org.jennit.core.Composite;
import org.jennit.core.Coverage;
import org.jennit.explain.Compute;
import org.jennit.explain.InputFormat;
import org.jennit.explain.LoadedModel;
import org.jennit.explain.RuleFactory;

/** One run of {@code jennit bench}. Rounds go through all contestants, so that drift hits all. */
final class BenchRun {
  private static final String GRADIENT = "gradient";

  private final BenchCommand command;
  private final PrintWriter out;

  BenchRun(BenchCommand command) {
    this.command = command;
    out = command.spec.commandLine().getOut();
  }

  void run() throws IOException {
    Compute compute = command.compute.start(command.spec);
    try (PointerScope temporaries = new PointerScope();
        LoadedModel model = command.modelOptions.load(command.model, compute, false)) {
      InputFormat format = InputFormat.of(command.preprocessing.settings(), model);
      compute.reseed();
      Tensor input = compute.place(torch.rand(format.shape(command.batchSize)));
      Map<String, DoubleSupplier> contestants = contestants(model, format, input);
      Map<String, double[]> times = new LinkedHashMap<>();
      contestants.keySet().forEach(name -> times.put(name, new double[command.repeat]));
      for (int round = -1; round < command.repeat; round++) {
        for (Map.Entry<String, DoubleSupplier> contestant : contestants.entrySet()) {
          double milliseconds = contestant.getValue().getAsDouble();
          if (round >= 0) {
            times.get(contestant.getKey())[round] = milliseconds;
          }
        }
      }
      print(times, input);
    }
  }

  private Map<String, DoubleSupplier> contestants(
      LoadedModel model, InputFormat format, Tensor input) {
    Map<String, DoubleSupplier> contestants = new LinkedHashMap<>();
    contestants.put("forward", () -> time(() -> forward(model, input)));
    contestants.put(GRADIENT, attribution(new Gradient(model.module()), input));
    RuleFactory rules = new RuleFactory(command.rules.settings(), model, format);
    List<String> names =
        command.rules.composite == null
            ? List.copyOf(Composites.all().keySet())
            : List.of(command.rules.composite);
    for (String name : names) {
      Composite composite = rules.named(name).coverage(Coverage.IGNORE);
      contestants.put(name, attribution(new Gradient(model.module(), composite), input));
    }
    return contestants;
  }

  private static void forward(LoadedModel model, Tensor input) {
    try (PointerScope temporaries = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      model.module().forward(input);
    }
  }

  // A composite is registered for its own rounds alone: what is timed is the attribution.
  private static DoubleSupplier attribution(Gradient attributor, Tensor input) {
    Gradient targeted = attributor.target(0).check_finite(false);
    return () -> {
      try (Gradient registered = targeted.open()) {
        return time(() -> registered.apply(input).close());
      }
    };
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private void print(Map<String, double[]> times, Tensor input) {
    out.printf(
        "%s, input %s, %s, %d threads, median of %d%n%n",
        command.model,
        OutputShapes.text(input.shape()),
        command.compute.dtype,
        torch.get_num_threads(),
        command.repeat);
    double gradient = median(times.get(GRADIENT));
    Table table = new Table(1, "", "ms", "gradients");
    times.forEach(
        (name, all) ->
            table.add(name, number("%.3f", median(all)), number("%.2f", median(all) / gradient)));
    out.print(table);
    out.flush();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
