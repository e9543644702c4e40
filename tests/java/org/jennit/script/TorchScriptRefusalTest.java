package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
    assertFalse(error.getMessage().contains("\n"), error::getMessage);
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), error::getMessage);
    }
  }

  @Test
  void whatIsNotThere() {
    refused(folder.resolve("missing.pt"), "it does not exist");
    refused(folder, "it is a folder");
  }

  @Test
  void whatIsNoTorchScript() throws IOException {
    refused(Files.writeString(folder.resolve("text.pt"), "not a model"), "neither safetensors nor");
    refused(ScriptFiles.file("tiny_vgg.pth"), "a file by torch.save", "org.jennit.weights.Weights");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9, 0.999})
  void whatIsCutShort(double part) throws IOException {
    byte[] whole = Files.readAllBytes(ScriptFiles.SCRIPTED_RESNET);
    byte[] start = Arrays.copyOf(whole, (int) (part * whole.length));
    refused(Files.write(folder.resolve("short.pt"), start), "damaged or cut short");
  }

  @Test
  void operatorsAndClassesThatAreNotThereWithTheirLine() {
    refused(
        ScriptFiles.resnet(folder, "y = torch.neg(x)\nreturn ops.torchvision.nms(y, y, 0.5)"),
        "rewritten.pt: its code calls the operator torchvision::nms, which belongs to another"
            + " library (torchvision)",
        "line 16: return ops.torchvision.nms(y, y, 0.5))");
    refused(
        ScriptFiles.resnet(folder, "return torch.nonsense(x)"),
        "aten::nonsense, which LibTorch 2.10 does not have");
    refused(
        ScriptFiles.resnet(folder, "c = __torch__.torch.classes.mylib.Thing(1)\nreturn x"),
        "needs the class mylib.Thing of another library");
    refused(ScriptFiles.resnet(folder, "return (x"), "LibTorch cannot read it (expected )");
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
