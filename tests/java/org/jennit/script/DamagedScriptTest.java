package org.jennit.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.Pointer;
import org.jennit.JennitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused before LibTorch's reader sees it, which would believe it. */
class DamagedScriptTest {
  /** Two sizes and strides, gradient, hooks: what follows the storage of the first weight. */
  private static final String SIZES = "K\6K\3K\5K\5t";

  private static final String STRIDES = "KKK\31K\5K\1t";

  @TempDir private Path folder;

  /** The scripted network with something else in the pickle of its objects. */
  private Path edited(String from, String to) {
    return edited("/data.pkl", from, to);
  }

  private Path edited(String entry, String from, String to) {
    return ScriptFiles.rewritten(
        ScriptFiles.SCRIPTED_RESNET,
        folder.resolve("edited.pt"),
        (name, content) -> {
          if (!name.endsWith(entry)) {
            return content;
          }
          String text = new String(content, StandardCharsets.ISO_8859_1);
          assertTrue(text.contains(from), entry);
          int at = text.indexOf(from);
          String changed = text.substring(0, at) + to + text.substring(at + from.length());
          return changed.getBytes(StandardCharsets.ISO_8859_1);
        });
  }

  private static void refused(Path file, String reason) {
    long before = Pointer.totalCount();
    var error = assertThrows(JennitException.class, () -> TorchScript.load(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error::getMessage);
    assertTrue(error.getMessage().contains(reason), error::getMessage);
    assertTrue(Pointer.totalCount() <= before);
  }

  @Test
  void tensorsThatClaimMoreThanTheirStorage() {
    refused(edited(SIZES, "K\7K\3K\5K\5t"), "needs 2100 bytes of a storage that has 1800");
    refused(edited(SIZES, "J\0\0\0\177K\3K\5K\5t"), "a tensor does not fit its storage '0'");
    refused(edited(SIZES, "J\377\377\377\377K\3K\5K\5t"), "negative");
    refused(edited(SIZES, "K\6K\3K\5t"), "3 sizes but 4 strides");
    refused(edited(STRIDES, "KLK\31K\5K\1t"), "needs 1820 bytes");
    refused(edited("K\0(" + SIZES, "K\1(" + SIZES), "needs 1804 bytes");
    refused(edited("M\302\1", "M\303\1"), "should have 1804 bytes and has 1800");
    refused(edited("M\302\1", "J\0\0\0\200"), "elements");
  }

  @Test
  void storagesThatAreNotThereOrOfAnotherLength() {
    refused(
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET,
            folder.resolve("hollow.pt"),
            (name, content) -> name.endsWith("/data/3") ? null : content),
        "lacks the entry 'tiny_resnet_scripted/data/3'");
    refused(
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET,
            folder.resolve("short.pt"),
            (name, content) -> name.endsWith("/data/3") ? new byte[20] : content),
        "'tiny_resnet_scripted/data/3' should have 24 bytes and has 20");
  }

  @Test
  void picklesThatGoWrong() throws IOException {
    String tensor = "ctorch._utils\n_rebuild_tensor_v2\n";
    refused(edited(tensor, "ctorch._utils\n_rebuild_sparse_tensor\n"), "_rebuild_sparse_tensor'");
    refused(edited(tensor, "cposix\nsystem\n"), "'posix.system'");
    refused(edited("q\0", "r\0\0\0\360"), "a memory of 4026531840 values");
    refused(edited("q\2N", "q\2h\0)\201"), "Tiny has no state");
    refused(edited("q\2N", "q\2h\0)\201q\2"), "an object before it has its state");
    refused(edited("\200\2", "\200\4"), "not of protocol 2");
    refused(edited("N", "\224N"), "opcode 0x94");
    refused(edited("(", "t"), "a mark that is not there");
    refused(edited("/constants.pkl", ")", "]"), "its constants are no tuple");
    refused(edited("/constants.pkl", ")", "N" + "\205".repeat(2000)), "more than 400 deep");
    refused(edited("/version", "3", "x"), "its entry 'version' is not as PyTorch writes it");
    Path weights = ScriptFiles.FOLDER.resolveSibling("refuse").resolve("os_system.pth");
    byte[] calling = ScriptFiles.entry(weights, "/data.pkl");
    Path file =
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET,
            folder.resolve("calling.pt"),
            (name, content) -> name.endsWith("/data.pkl") ? calling : content);
    refused(file, "'posix.system'");
  }

  @Test
  void weightsWithABitFlipped() throws IOException {
    byte[] bytes = Files.readAllBytes(ScriptFiles.SCRIPTED_RESNET);
    int pickle = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("/data.pkl");
    bytes[pickle - 600] ^= 1; // within the last storages
    refused(Files.write(folder.resolve("flipped.pt"), bytes), "has not the checksum");
  }

  /** LibTorch finds entries whatever their case. */
  @Test
  void entriesThatOccurTwice() throws IOException {
    Path file = folder.resolve("twice.pt");
    try (ZipFile zip = new ZipFile(ScriptFiles.SCRIPTED_RESNET.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(zip.getInputStream(entry).readAllBytes());
      }
      out.putNextEntry(new ZipEntry("tiny_resnet_scripted/DATA/0"));
      out.write(1);
    }
    refused(file, "'tiny_resnet_scripted/DATA/0' occurs twice");
  }

  /** LibTorch reads code by recursion. */
  @Test
  void codeThatIsNestedDeep() {
    for (String deep :
        List.of(
            "(".repeat(200) + "x" + ")".repeat(200),
            "x" + "+x".repeat(2000),
            "-".repeat(2000) + "x",
            "not ".repeat(2000) + "x",
            "x" + " if True else x".repeat(2000),
            "torch.neg(".repeat(200) + "x" + ")".repeat(200),
            "x" + ".T".repeat(2000),
            "(x + ".repeat(60) + "-".repeat(250) + "x" + ")".repeat(60))) {
      refused(ScriptFiles.resnet(folder, "return " + deep), "nested deeper than LibTorch can read");
    }
    refused(
        ScriptFiles.resnet(folder, "if True:\n" + " ".repeat(200) + "y = 1\nreturn x"), "deeper");
    String flat = "y = [" + "-1, ".repeat(2000) + "1]\nz = \"((((\" + '[\\'[['\n";
    String steps = "x = (x + x) * x\n".repeat(300);
    try (var model = TorchScript.load(ScriptFiles.resnet(folder, flat + steps + "return x"))) {
      assertEquals("Tiny", model.type_name());
    }
  }

  @Test
  void compressedFilesOpen() {
    Path file =
        ScriptFiles.rewritten(
            ScriptFiles.SCRIPTED_RESNET, folder.resolve("packed.pt"), (name, content) -> content);
    try (var model = TorchScript.load(file)) {
      assertEquals("Tiny", model.type_name());
    }
  }
}
