package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.nn.Module;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are refused, by an error that names them. */
class TorchScriptRefusalTest {
  @TempDir private Path folder;

  private static void refused(Path file, String... parts) {
    Throwable error = assertThrows(JennitException.class, () -> TorchScript.load(file));
    assertTrue(error.getMessage().contains(file.toString()), error::getMessage);
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error::getMessage);
    }
  }

  @Test
  void whatIsNotThere() {
    refused(folder.resolve("missing.pt"), "is not a file that can be read");
    refused(folder, "is not a file that can be read");
  }

  @Test
  void whatIsNoTorchScript() throws IOException {
    refused(Files.writeString(folder.resolve("text.pt"), "not a model"), "not a complete");
    refused(Files.write(folder.resolve("empty.pt"), new byte[0]), "not a complete");
    refused(ScriptFiles.file("tiny_vgg.pth"), "org.jennit.weights");
    Path zip = folder.resolve("some.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("readme.txt"));
      out.write("hello".getBytes(StandardCharsets.UTF_8));
    }
    refused(zip, "not a complete");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 0.999})
  void whatIsCutShort(double part) throws IOException {
    byte[] whole = Files.readAllBytes(ScriptFiles.SCRIPTED_RESNET);
    byte[] start = Arrays.copyOf(whole, (int) (part * whole.length));
    refused(Files.write(folder.resolve("short.pt"), start), "not a complete");
  }

  @Test
  void whatLacksAStorage() {
    Path file =
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET,
            folder.resolve("hollow.pt"),
            (name, content) -> name.endsWith("/data/3") ? null : content);
    refused(file, "not a complete");
  }

  @Test
  void aPickleThatCallsSomething() throws IOException {
    Path weights = ScriptFiles.FOLDER.resolveSibling("refuse").resolve("os_system.pth");
    byte[] calling = ScriptFiles.entry(weights, "/data.pkl");
    Path file =
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET,
            folder.resolve("calling.pt"),
            (name, content) -> name.endsWith("/data.pkl") ? calling : content);
    refused(file, "not a complete", "system");
  }

  @Test
  void operatorsThatDoNotExistWithTheirLine() {
    refused(
        ScriptFiles.resnet(folder, "y = torch.neg(x)\nreturn ops.mylib.my_operator(y)"),
        "mylib::my_operator",
        "return ops.mylib.my_operator(y)");
    refused(
        ScriptFiles.resnet(folder, "c = __torch__.torch.classes.mylib.Thing(1)\nreturn x"),
        "mylib.Thing");
  }

  @Test
  void nodesThatOnlyLibTorchsInterpreterHasWithTheirPlace() {
    String forking =
        """
        y = torch.neg(x)
        z = fork(__torch__.torch.nn.functional.relu, y, )
        return torch.wait(z)
        """;
    refused(
        ScriptFiles.resnet(folder, forking),
        "the root (Tiny): cannot execute prim::fork at code/__torch__/___torch_mangle_78.py:16:8",
        "save the model without it");
    refused(
        ScriptFiles.resnetOfBlocks(folder, forking),
        "module 'layer1.0' (Block): cannot execute prim::fork at"
            + " code/__torch__/___torch_mangle_74.py:14:8");
  }

  @Test
  void whatTheModelRaisesItself() {
    Path file = ScriptFiles.resnet(folder, "ops.prim.RaiseException(\"no cats\")\nreturn x");
    try (PointerScope scope = new PointerScope();
        Module model = TorchScript.load(file)) {
      Throwable error =
          assertThrows(JennitException.class, () -> model.forward(torch.ones(1, 3, 8, 8)));
      assertTrue(error.getMessage().contains("no cats"), error::getMessage);
      assertFalse(model.is_closed());
    }
  }
}
