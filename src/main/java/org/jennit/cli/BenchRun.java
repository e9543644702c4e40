package org.jennit.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  /** Something to time on an input. */
  private interface Contestant {
    double milliseconds(Tensor input);
  }

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
      Tensor twice = compute.place(torch.rand(format.shape(2L * command.batchSize)));
      Map<String, Contestant> contestants = contestants(model, format);
      Map<String, double[]> times = new LinkedHashMap<>();
      contestants.keySet().forEach(name -> times.put(name, new double[command.repeat]));
      for (int round = -1; round < command.repeat; round++) {
        for (Map.Entry<String, Contestant> contestant : contestants.entrySet()) {
          double milliseconds = contestant.getValue().milliseconds(input);
          if (round >= 0) {
            times.get(contestant.getKey())[round] = milliseconds;
          }
        }
      }
      Map<String, PeakMemory> memory = new LinkedHashMap<>();
      contestants.forEach(
          (name, contestant) ->
              memory.put(name, PeakMemory.of(contestant::milliseconds, input, twice)));
      print(times, memory, input);
    }
  }

  private Map<String, Contestant> contestants(LoadedModel model, InputFormat format) {
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    contestants.put("forward", input -> time(() -> forward(model, input)));
    contestants.put(GRADIENT, attribution(new Gradient(model.module())));
    RuleFactory rules = new RuleFactory(command.rules.settings(), model, format);
    List<String> names =
        command.rules.composite == null
            ? List.copyOf(Composites.all().keySet())
            : List.of(command.rules.composite);
    for (String name : names) {
      Composite composite = rules.named(name).coverage(Coverage.IGNORE);
      contestants.put(name, attribution(new Gradient(model.module(), composite)));
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
  private static Contestant attribution(Gradient attributor) {
    Gradient targeted = attributor.target(0).check_finite(false);
    return input -> {
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

  private void print(Map<String, double[]> times, Map<String, PeakMemory> memory, Tensor input) {
    out.printf(
        "%s, input %s, %s, %d threads, median of %d%n%n",
        command.model,
        OutputShapes.text(input.shape()),
        command.compute.dtype,
        torch.get_num_threads(),
        command.repeat);
    double gradient = median(times.get(GRADIENT));
    Table table = new Table(1, "", "ms", "gradients", "MiB", "MiB/sample");
    times.forEach(
        (name, all) ->
            table.add(
                name,
                number("%.3f", median(all)),
                number("%.2f", median(all) / gradient),
                number("%.1f", memory.get(name).fixed()),
                number("%.1f", memory.get(name).perSample())));
    out.print(table);
    out.printf("%nPeak memory beside the model and its input: MiB + samples x MiB/sample%n");
    out.flush();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
