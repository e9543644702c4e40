package org.jennit.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * Loads weights from the files that people have: {@code .safetensors}; {@code .pth}, {@code .pt} or
 * {@code .ckpt} as torch.save writes them, in the zip and in the legacy format; and the {@code
 * .index.json} of weights in several files. The content decides which it is, not the name.
 *
 * <pre>{@code
 * try (StateDict weights = Weights.load(Path.of("vgg16.pth"))) {
 *   model.load_state_dict(weights, true);
 * }
 * }</pre>
 *
 * <p>A {@code .pth} file is a Python pickle, which could run code when Python opens it. Here
 * nothing is imported or called: tensors and plain values are read, and objects of any other class
 * are taken note of and left alone ({@link StateDict#skipped}). A file that asks for functions
 * which run code, such as {@code os.system} or {@code eval}, is refused: somebody tampered with it.
 * Files of 16 MiB of names (some 100,000 tensors) and more are refused too.
 *
 * <p>All methods may be used from several threads at once.
 */
public final class Weights {
  private Weights() {}

  /** As {@link #load(Path, LoadOptions)} with {@link LoadOptions#defaults}. */
  public static StateDict load(Path file) throws IOException {
    Objects.requireNonNull(file, "file is null");
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads the tensors of a file, without copying them where that can be: they lie in a private
   * mapping of the file, which lives as long as the last of them, and writing to a tensor does not
   * change the file. A file must not be overwritten in place while its tensors are in use. Storages
   * that do not lie at a multiple of 16 bytes are copied once, as most of a legacy file's.
   *
   * <p>Every tensor is on the CPU, wherever it was saved from, and requires no gradient, parameters
   * included. Views stay views, and tensors that shared a storage share it.
   *
   * <p>Of a nested checkpoint the only dict of tensors is taken, wherever it stands; the numbers,
   * texts and objects beside it are no obstacle. The parts of a weight that is parametrized (weight
   * norm, spectral norm, pruning) become the weight they make, unless {@link
   * LoadOptions#keepParametrizations} leaves them.
   *
   * @param file a file of any size, or the index of several
   * @param options which dict of a nested checkpoint, and which prefixes to take from the names; a
   *     key is refused for safetensors and indices, which have no nested dicts
   * @return the tensors in the file's order; the caller closes it
   * @throws WeightsException if the file is damaged, of another format ({@link FileKind} says of
   *     which) or asks for code; if it holds no dict of tensors or several; if the key is not
   *     there; or if two names become one without a prefix
   * @throws IOException if the file cannot be opened or read
   */
  public static StateDict load(Path file, LoadOptions options) throws IOException {
    return FileKind.of(file) == FileKind.SHARD_INDEX
        ? ShardIndex.load(file, options)
        : loadFile(file, options);
  }

  /** One file that is no index. */
  static StateDict loadFile(Path file, LoadOptions options) throws IOException {
    FileKind kind = FileKind.of(file);
    try (TensorFile opened = TensorFile.open(file)) {
      return switch (kind) {
        case SAFETENSORS -> loadSafeTensors(opened, options);
        case TORCH_SAVE -> loadTorch(opened, TorchFile.readZip(opened), options);
        case TORCH_SAVE_LEGACY -> loadTorch(opened, TorchFile.readLegacy(opened), options);
        default -> {
          if (kind == FileKind.UNKNOWN && file.toString().endsWith(".safetensors")) {
            yield loadSafeTensors(opened, options); // to say what is wrong with it
          }
          throw opened.refuse(kind.sentence());
        }
      };
    }
  }

  private static StateDict loadSafeTensors(TensorFile file, LoadOptions options)
      throws IOException {
    if (!options.keys().isEmpty()) {
      throw file.refuse(
          "it is a safetensors file, which has no key '" + options.keys().get(0) + "'");
    }
    StateDict read = SafeTensors.read(file);
    try {
      Map<String, Tensor> renamed = new LinkedHashMap<>();
      for (Map.Entry<String, Tensor> entry : read.entrySet()) {
        put(file.path(), renamed, options.rename(entry.getKey()), entry.getValue());
      }
      merge(renamed, options);
      return new StateDict(renamed, read.metadata());
    } catch (IOException | RuntimeException e) {
      read.close();
      throw e;
    }
  }

  private static StateDict loadTorch(TensorFile file, TorchFile torch, LoadOptions options)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.of(file, torch.content, options.keys());
    Map<String, PickledTensor> renamed = new LinkedHashMap<>();
    for (var entry : checkpoint.tensors().entrySet()) {
      put(file.path(), renamed, options.rename(entry.getKey()), entry.getValue());
    }
    Map<String, Long> versions = new LinkedHashMap<>();
    checkpoint
        .versions()
        .forEach((module, version) -> versions.put(options.renameModule(module), version));
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, PickledTensor> entry : renamed.entrySet()) {
        tensors.put(entry.getKey(), torch.tensor(entry.getKey(), entry.getValue()));
      }
      merge(tensors, options);
      return new StateDict(tensors, Map.of(), checkpoint.skipped(), versions);
    } catch (IOException | RuntimeException | Error e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  private static void merge(Map<String, Tensor> tensors, LoadOptions options) {
    if (options.mergesParametrizations()) {
      Parametrizations.merge(tensors);
    }
  }

  static <T> void put(Path file, Map<String, T> map, String name, T value) throws WeightsException {
    if (map.put(name, value) != null) {
      throw new WeightsException(
          file, "two of its tensors are called '" + name + "' without the prefix");
    }
  }
}
