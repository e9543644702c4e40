package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.jennit.JennitException;
import org.jennit.script.TorchScript;
import org.jennit.weights.Weights;
import org.jennit.weights.WeightsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, with the sentence that says why; the conformance test has more files. */
class ExportedRefusalTest {
  private static final Path WHOLE = ExportedFiles.FOLDER.resolve("refuse/accepted_control.pt2");

  @TempDir private Path folder;

  private static void refused(Path file, String... words) {
    long before = Pointer.totalCount();
    var error = assertThrows(JennitException.class, () -> ExportedProgram.load(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error::getMessage);
    assertFalse(error.getMessage().contains("\n"), error::getMessage);
    for (String word : words) {
      assertTrue(error.getMessage().contains(word), error::getMessage);
    }
    assertTrue(Pointer.totalCount() <= before);
  }

  private static void refused(String name, String... words) {
    refused(ExportedFiles.FOLDER.resolve("refuse/" + name + ".pt2"), words);
  }

  private Path edited(Consumer<JsonNode> edit) {
    return ExportedFiles.edited(WHOLE, folder.resolve("edited.pt2"), "/model.json", edit);
  }

  private static JsonNode node(JsonNode program, int index) {
    return program.at("/graph_module/graph/nodes").get(index);
  }

  @Test
  void otherKindsOfFiles() throws Exception {
    Path vectors = ExportedFiles.FOLDER.getParent().getParent();
    refused(vectors.resolve("torchscript/tiny_vgg_traced.pt"), "org.jennit.script.TorchScript");
    refused(vectors.resolve("torchscript/tiny_vgg.pth"), "torch.save");
    refused(folder.resolve("nowhere.pt2"), "does not exist");
    refused("aotinductor", "AOTInductor");
    Path program = ExportedFiles.file("tied");
    var script = assertThrows(JennitException.class, () -> TorchScript.load(program));
    assertTrue(script.getMessage().contains("org.jennit.export.ExportedProgram"));
    var weights = assertThrows(WeightsException.class, () -> Weights.load(program));
    assertTrue(weights.getMessage().contains("org.jennit.export.ExportedProgram"));
  }

  @Test
  void operatorsThatAreNotLibTorchs() {
    refused("unknown_aten_op", "LibTorch 2.10 does not have", "in module '0'", ".py:");
    refused("unknown_op", "another library");
    refused("python_target", "'os.system'", "nothing of Python is run");
    refused("file_reading_op", "aten::from_file");
    refused("too_many_arguments", "aten::linear takes 3 arguments, but more are given");
    refused("wrong_argument_type", "a text where Tensor is needed");
    refused(
        edited(program -> ((ObjectNode) node(program, 0)).put("target", "torch.ops.aten.add.out")),
        "which writes into tensors");
    refused(
        edited(
            program ->
                ((ObjectNode) node(program, 0)).put("target", "torch.ops.higher_order.scan")),
        "higher-order operator 'scan'");
  }

  @Test
  void tensorsThatAreNotInTheFile() {
    refused("pickled_weight", "is a pickle, which is not read");
    refused("custom_object", "pickle");
    refused("weight_path_parent", "outside the archive");
    refused("weight_path_absolute", "outside the archive");
    refused("stride_beyond", "does not fit its storage");
    refused("overflow_size", "'0.weight'");
    refused("wrong_sizes", "sizes");
    refused("missing_parameter", "lacks the tensor '0.weight'");
    refused("missing_weight", "lacks the entry");
    refused("zip_bomb", "compressed");
  }

  @Test
  void anEntryThatOccursTwice() throws Exception {
    Map<String, byte[]> entries = new LinkedHashMap<>(ExportedFiles.entries(WHOLE));
    String first = entries.keySet().iterator().next();
    String top = first.substring(0, first.indexOf('/'));
    entries.put(top + "/extra/first", new byte[4]);
    entries.put(top + "/extra/other", new byte[4]);
    String bytes = new String(ExportedFiles.archive(entries), StandardCharsets.ISO_8859_1);
    Path twice = folder.resolve("twice.pt2");
    Files.write(
        twice, bytes.replace("/extra/other", "/extra/first").getBytes(StandardCharsets.ISO_8859_1));
    refused(twice, "occurs twice");
  }

  @Test
  void programsOfAnotherFormat() {
    refused("schema_major_9", "schema version is 9, but 8 is read");
    refused("archive_format", "'archive_format'");
    refused("big_endian", "'byteorder' is 'big'");
    refused("unknown_argument", "'as_wormhole'", "torch.ops.aten.linear.default");
    refused("deep_json", "nested too deep");
    refused("undefined_value", "which nothing before it makes");
    refused("duplicate_value", "two nodes make the value");
    refused("undefined_output", "'nobody'");
  }

  @Test
  void programsThatChangeWhenTheyRun() {
    refused(
        edited(
            program -> {
              ObjectNode change =
                  ((ArrayNode) program.at("/graph_module/signature/output_specs"))
                      .removeAll()
                      .addObject()
                      .putObject("buffer_mutation");
              change.put("buffer_name", "count").putObject("arg").put("name", "linear_1");
            }),
        "it changes its buffer 'count' whenever it runs",
        "model.eval()");
    refused(
        edited(
            program -> {
              // linear(input, weight, bias) becomes weight.add_(weight).
              ObjectNode linear = (ObjectNode) node(program, 0);
              linear.put("target", "torch.ops.aten.add_.Tensor");
              ArrayNode inputs = (ArrayNode) linear.get("inputs");
              inputs.remove(2);
              inputs.set(0, inputs.get(1));
            }),
        "it changes '0.weight' whenever it runs");
  }
}
