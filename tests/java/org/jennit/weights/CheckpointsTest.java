package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Flatten;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote as people's scripts do: see make_checkpoints.py beside them. */
class CheckpointsTest {
  static final Path FOLDER =
      Path.of(System.getProperty("jennit.data", "tests/data"), "checkpoints");

  private static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** What PyTorch's own modules hold for a file. */
  private static StateDict expected(String name) throws IOException {
    Path own = file(name.substring(0, name.lastIndexOf('.')) + ".safetensors");
    return SafeTensors.read(Files.exists(own) ? own : file("state.safetensors"));
  }

  private static String refusal(String name) {
    Path file = file(name);
    String message = assertThrows(WeightsException.class, () -> Weights.load(file)).getMessage();
    assertTrue(message.startsWith(file + ": "), message);
    return message;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no_counter.pth",
        "lacks_counter.pth",
        "scalar_of_one.pth",
        "objects.pth",
        "objects_legacy.pth",
        "objects_protocol4.pth",
        "inside.pth",
        "params_ema.pth",
        "two_levels.pth",
        "dict_classes.pth",
        "tuple.pth",
        "lightning.ckpt",
        "model.safetensors.index.json",
        "pytorch_model.bin.index.json",
      })
  void takesTheOnlyDictOfTensors(String name) throws IOException {
    LoadOptions options = LoadOptions.defaults().stripPrefix("net.");
    Weights.load(file(name), options).close();
    long before = Pointer.totalCount();
    try (StateDict expected = expected(name);
        StateDict actual = Weights.load(file(name), options)) {
      TensorAsserts.assertSame(expected, actual);
    }
    assertTrue(Pointer.totalCount() <= before, "native objects are left");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parametrized.pth", "parametrized_new.pth", "weight_norm_new.pth"})
  void makesTheWeightsOfTheirParts(String name) throws IOException {
    Weights.load(file(name)).close();
    long before = Pointer.totalCount();
    try (StateDict expected = expected(name);
        StateDict actual = Weights.load(file(name));
        PointerScope scope = new PointerScope()) {
      assertEquals(List.copyOf(expected.keySet()), List.copyOf(actual.keySet()));
      for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
        Tensor tensor = actual.get(entry.getKey());
        assertTrue(tensor.allclose(entry.getValue(), 1e-6, 1e-7, false), entry.getKey());
      }
    }
    assertTrue(Pointer.totalCount() <= before, "native objects are left");
  }

  @Test
  void leavesThePartsOnRequest() throws IOException {
    LoadOptions options = LoadOptions.defaults().keepParametrizations();
    try (StateDict parts = Weights.load(file("parametrized.pth"), options)) {
      assertTrue(
          parts.keySet().containsAll(Set.of("linear.weight_g", "spectral.weight_u")),
          parts::toString);
      assertFalse(parts.containsKey("linear.weight"));
    }
  }

  private static Sequential net() {
    Map<String, Module> children = new LinkedHashMap<>();
    children.put("conv", new Conv2d(3, 4, 3));
    children.put("norm", new BatchNorm2d(4));
    children.put("relu", new ReLU());
    children.put("flat", new Flatten());
    children.put("fc", new Linear(16, 2));
    return new Sequential(children);
  }

  @Test
  void loadsIntoModulesAsPyTorchDoes() throws IOException {
    try (Sequential net = net();
        PointerScope scope = new PointerScope()) {
      for (String name : List.of("no_counter.pth", "scalar_of_one.pth", "objects.pth")) {
        try (StateDict state = Weights.load(file(name))) {
          net.load_state_dict(state);
          assertTrue(net.state_dict().get("fc.weight").equal(state.get("fc.weight")), name);
        }
      }
      assertEquals(1, net.state_dict().get("norm.num_batches_tracked").item().toLong());
      try (StateDict lacking = Weights.load(file("lacks_counter.pth"))) {
        var error = assertThrows(JennitException.class, () -> net.load_state_dict(lacking));
        assertTrue(error.getMessage().contains("missing: norm.num_batches"), error::getMessage);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"objects.pth", "objects_legacy.pth", "objects_protocol4.pth"})
  void saysWhatItSkipped(String name) throws IOException {
    try (StateDict state = Weights.load(file(name))) {
      Map<String, String> skipped = state.skipped();
      assertEquals("an object of argparse.Namespace", skipped.get("args"));
      assertEquals("an object of training.Trainer", skipped.get("trainer"));
      assertEquals("an object of omegaconf.DictConfig", skipped.get("omega"));
      assertEquals("an object of pathlib.PurePosixPath", skipped.get("path"));
      assertEquals("an object of numpy.core.multiarray.scalar", skipped.get("best"));
      assertEquals("an object of numpy.ndarray", skipped.get("history"));
      assertEquals("an object of training.Colour", skipped.get("colour"));
      assertEquals("the number 90", skipped.get("epoch"));
      assertEquals("None", skipped.get("none"));
      assertEquals("a tensor", skipped.get("accuracy"));
      assertEquals("a dict of 3", skipped.get("by_colour"));
      assertEquals("the class or function torch.nn.functional.relu", skipped.get("function"));
      assertEquals(29, skipped.size(), skipped::toString);
    }
  }

  @Test
  void saysWhatItSkippedBesideTheTensorsThemselves() throws IOException {
    try (StateDict state = Weights.load(file("inside.pth"))) {
      assertEquals(
          Map.of(
              "a", "a dict of 29",
              "state_dict.epoch", "the number 3",
              "state_dict.none", "None",
              "state_dict.args", "an object of argparse.Namespace"),
          state.skipped());
    }
  }

  @Test
  void knowsTheVersionsOfTheModules() throws IOException {
    try (StateDict state = Weights.load(file("objects.pth"));
        StateDict old = Weights.load(file("no_counter.pth"));
        StateDict safe = Weights.load(file("state.safetensors"))) {
      assertEquals(OptionalLong.of(2), state.version("norm"));
      assertEquals(OptionalLong.of(1), state.version(""));
      assertEquals(OptionalLong.empty(), state.version("elsewhere"));
      assertEquals(OptionalLong.empty(), old.version("norm"));
      assertEquals(OptionalLong.empty(), safe.version("norm"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "refused_two_dicts.pth, 'several dicts of tensors, ''params'', ''params_ema'': name'",
    "refused_integer_keys.pth, 'its key 0 holds a tensor, but is a number and no name'",
    "refused_object.pth, 'no dict of tensors but ''model'': an object of training.Trainer'",
    "refused_module_legacy.pth, an object of torch.nn.modules.container.Sequential",
    "refused_arrays.pth, '''weights'': an object of numpy.ndarray'",
    "refused_optimizer.pth, '''state'': a dict of 6, ''param_groups'': a list or set of 1'",
    "refused_sparse.pth, 'its ''w'' is a tensor of a kind that is not read'",
    "refused_quantised.pth, which is not read: turn quantised tensors into plain ones",
  })
  void refusesWhatHoldsNoneByItsContent(String name, String reason) {
    String message = refusal(name);
    assertTrue(message.contains(reason), message);
  }

  @Test
  void takesTheOneThatIsNamed() throws IOException {
    LoadOptions options = LoadOptions.defaults().key("params_ema");
    try (StateDict expected = SafeTensors.read(file("state.safetensors"));
        StateDict named = Weights.load(file("refused_two_dicts.pth"), options);
        StateDict place = Weights.load(file("tuple.pth"), LoadOptions.defaults().key("1"))) {
      TensorAsserts.assertSame(expected, named);
      TensorAsserts.assertSame(expected, place);
    }
  }
}
