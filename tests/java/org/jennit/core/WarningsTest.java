package org.jennit.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.EpsilonPlus;
import org.jennit.export.ExportedProgram;
import org.jennit.nn.BatchNorm1d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.jennit.process.ChildJvm;
import org.jennit.script.TorchScript;
import org.junit.jupiter.api.Test;

/** What is computed all the same, but not as one might think, is said in the log. */
class WarningsTest {

  /** An addition in its forward, which no rule reaches. */
  private static final class Residual extends Module {
    Residual() {
      register_module("layer", new Linear(4, 4));
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      return get_submodule("layer").forward(inputs[0]).add(inputs[0]);
    }
  }

  /** One careless use after another, each told in one line of the output. */
  static final class Careless {
    private Careless() {}

    private static Sequential normed(Module first) {
      Sequential model = new Sequential(first, new BatchNorm1d(4));
      model.eval();
      return model;
    }

    private static void merged(Sequential model) {
      new Composite(List.of(new SequentialMergeBatchNorm())).context(model).close();
    }

    public static void main(String[] arguments) {
      try (PointerScope scope = new PointerScope()) {
        Tensor rows = torch.rand(3, 4);
        Sequential training = normed(new Linear(4, 4));
        training.train();
        merged(training);
        Sequential overridden = normed(new Linear(4, 4));
        overridden.get_submodule("0").override_forward(inputs -> inputs[0].relu());
        merged(overridden);
        Linear twice = new Linear(4, 4);
        Sequential shared = new Sequential(twice, new BatchNorm1d(4), new ReLU(), twice);
        shared.eval();
        merged(shared);
        Sequential residual = new Sequential(new Residual(), new Linear(4, 2));
        new Gradient(residual, new EpsilonPlus()).target(0).apply(rows);
        Path scripts = Path.of("tests/data/script");
        TorchScript.load(scripts.resolve("scripted_warn.pt")).forward(rows);
        TorchScript.load(scripts.resolve("dropout_traced_in_training.pt"));
        TorchScript.load(scripts.resolve("quantised.pt"));
        TorchScript.load(scripts.resolve("frozen.pt"));
        Module frozen = TorchScript.load(scripts.resolve("frozen.pt"), true);
        Composite reachesNothing =
            new Composite((context, name, m) -> m instanceof BatchNorm1d ? new BasicHook() : null);
        new Gradient(frozen, reachesNothing).target(0).apply(torch.rand(1, 3, 8, 8));
        ExportedProgram.load(Path.of("tests/data/exported/recurrent_decomposed.pt2"));
      }
    }
  }

  /** Opens files of which nothing need be said. */
  static final class Careful {
    private Careful() {}

    public static void main(String[] arguments) {
      for (String argument : arguments) {
        ExportedProgram.load(Path.of(argument)).close();
      }
    }
  }

  @Test
  void filesThatComeInWholeAreOpenedInSilence() throws Exception {
    Path folder =
        Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"), "sequence", "exported");
    List<String> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.map(Path::toString).filter(file -> file.endsWith(".pt2")).sorted().toList();
    }
    assertTrue(files.size() > 20, files::toString);
    ChildJvm.Result child =
        ChildJvm.of(Careful.class)
            .options("-Dslf4j.provider=" + PrintedLog.class.getName())
            .run(files.toArray(String[]::new))
            .succeeded();
    List<String> said = child.err().lines().filter(line -> line.startsWith("WARN")).toList();
    assertEquals(1, said.size(), child::err);
    assertTrue(
        said.get(0).contains("resnet_like_decomposed.pt2: 'bn1' (BatchNorm2d), "), said.get(0));
  }

  @Test
  void everyCarelessUseIsToldOnce() throws Exception {
    ChildJvm.Result child =
        ChildJvm.of(Careless.class)
            .options("-Dslf4j.provider=" + PrintedLog.class.getName())
            .run()
            .succeeded();
    List<String> expected =
        List.of(
            "the batch norm '1' is in training mode and goes by each batch: it is not merged",
            "'0' has another forward: no batch norm is merged into it",
            "'0' or '1' stands at several places: they are not merged",
            "'add' in '0' (Residual)",
            "this model only returns logits (aten::warn at ",
            "dropout_traced_in_training.pt' was traced in training mode",
            "quantised.pt' is quantised",
            "frozen.pt' was frozen",
            "no rule of the composite stands between",
            "recurrent_decomposed.pt2: 'rnn' (LSTM) is taken apart into operations");
    List<String> said =
        child.err().lines().filter(line -> line.startsWith("WARN org.jennit.")).toList();
    assertEquals(expected.size(), said.size(), child::err);
    for (int i = 0; i < expected.size(); i++) {
      String wanted = expected.get(i);
      String line = said.get(i);
      assertTrue(line.contains(wanted), () -> wanted + " is not in: " + line);
    }
  }
}
