package org.jennit.script;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.core.Autograd;
import org.jennit.core.Composite;
import org.jennit.core.CompositeContext;
import org.jennit.nn.Module;

/** The TorchScript files of the vectors, and files made from them by another code. */
final class ScriptFiles {
  static final Path FOLDER =
      Path.of(System.getProperty("jennit.vectors", "tests/data/vectors"), "torchscript");

  /** The residual network as torch.jit.script wrote it. */
  static final Path SCRIPTED_RESNET = file("tiny_resnet_scripted.pt");

  /** The entries of its forward, and of its blocks'. */
  private static final String RESNET_CODE = "___torch_mangle_78.py";

  private static final String BLOCK_CODE = "___torch_mangle_74.py";

  private ScriptFiles() {}

  static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** The scripted residual network with another body of its forward, from {@code x} on. */
  static Path resnet(Path folder, String body) {
    return resnet(folder, body, "");
  }

  /** The same beside other classes. */
  static Path resnet(Path folder, String body, String classes) {
    return withBody(folder, RESNET_CODE, body, classes);
  }

  /** The scripted residual network with another body of its blocks' forward. */
  static Path resnetOfBlocks(Path folder, String body) {
    return withBody(folder, BLOCK_CODE, body, "");
  }

  private static Path withBody(Path folder, String edited, String body, String classes) {
    String indented = body.strip().indent(4);
    return rewritten(
        SCRIPTED_RESNET,
        folder.resolve("rewritten.pt"),
        (entry, content) -> {
          if (!entry.endsWith(edited)) {
            return content;
          }
          String code = new String(content, StandardCharsets.UTF_8);
          int start = code.indexOf("x: Tensor) -> Tensor:\n") + "x: Tensor) -> Tensor:\n".length();
          return (classes + code.substring(0, start) + indented).getBytes(StandardCharsets.UTF_8);
        });
  }

  /**
   * A copy of an archive, each of whose entries {@code edit} may replace or, by null, leave out.
   */
  static Path rewritten(Path source, Path target, BiFunction<String, byte[], byte[]> edit) {
    try (ZipFile zip = new ZipFile(source.toFile());
        ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
      for (ZipEntry entry : Collections.list(zip.entries())) {
        byte[] content = edit.apply(entry.getName(), zip.getInputStream(entry).readAllBytes());
        if (content != null && !entry.getName().endsWith(".debug_pkl")) {
          out.putNextEntry(new ZipEntry(entry.getName()));
          out.write(content);
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The content of the entry whose name ends so. */
  static byte[] entry(Path archive, String end) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      ZipEntry found =
          zip.stream().filter(entry -> entry.getName().endsWith(end)).findFirst().orElseThrow();
      return zip.getInputStream(found).readAllBytes();
    }
  }

  static Tensor input() {
    torch.manual_seed(7);
    return torch.randn(2, 3, 16, 16).requires_grad_(true);
  }

  /** Of output 1 of each sample. */
  static Tensor relevance(Module model, Composite composite, Tensor input) {
    try (CompositeContext context = composite.context(model)) {
      Tensor output = model.forward(input);
      Tensor target = torch.zeros_like(output);
      target.select(1, 1).fill_(new Scalar(1.0));
      return Autograd.grad(output, input, target);
    }
  }

  static double largest(Tensor tensor) {
    return tensor.abs().max().item_double();
  }

  /** The paths of all modules of a class. */
  static List<String> paths(Module model, Class<?> type) {
    List<String> paths = new ArrayList<>();
    model
        .named_modules()
        .forEach(
            (path, module) -> {
              if (type.isInstance(module)) {
                paths.add(path);
              }
            });
    return paths;
  }
}
