package org.jennit.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * Loads weights from the files that people have: {@code .safetensors}, and {@code .pth} or {@code
 * .pt} as torch.save writes them, in the zip and in the legacy format. The content decides which it
 * is, not the name.
 *
 * <pre>{@code
 * try (StateDict weights = Weights.load(Path.of("vgg16.pth"))) {
 *   model.load_state_dict(weights, true);
 * }
 * }</pre>
 *
 * <p>A {@code .pth} file is a Python pickle, which could run code when Python opens it. Here
 * nothing is imported or called: a file that asks for more than tensors and plain values is
 * refused. Files of 16 MiB of names (some 100,000 tensors) and more are refused too.
 *
 * <p>All methods may be used from several threads at once.
 */
public final class Weights {
  private static final int ZIP_MAGIC = 0x04034b50;
  private static final int PICKLE_MAGIC = 0x80;
  private static final int MAGIC_BYTES = 9;

  private Weights() {}

  /** As {@link #load(Path, LoadOptions)} with {@link LoadOptions#defaults}. */
  public static StateDict load(Path file) throws IOException {
    return load(file, LoadOptions.defaults());
  }

  /**
   * Loads the tensors of a file, without copying them where that can be: they lie in a private
   * mapping of the file, which lives as long as the last of them, and writing to a tensor does not
   * change the file. A file must not be overwritten in place while its tensors are in use. Storages
   * that do not lie at a multiple of 16 bytes are copied once, as most of a legacy file's.
   *
   * <p>Every tensor is on the CPU, wherever it was saved from, and requires no gradient, parameters
   * included. Views stay views, and tensors that shared a storage share it. In a {@code .pth} file,
   * entries called "_extra_state" are left out.
   *
   * @param file a file of any size
   * @param options which dict of a nested checkpoint, and which prefixes to take from the names; a
   *     key is refused for safetensors, which has no nested dicts
   * @return the tensors in the file's order; the caller closes it
   * @throws WeightsException if the file is damaged, of another format, or holds anything but
   *     tensors and plain values; if the key is not there; or if two names become one without a
   *     prefix
   * @throws IOException if the file cannot be opened or read
   */
  public static StateDict load(Path file, LoadOptions options) throws IOException {
    try (TensorFile opened = TensorFile.open(file)) {
      ByteBuffer start = opened.read(0, Math.min(opened.size(), MAGIC_BYTES), "its first bytes");
      boolean json = start.limit() == MAGIC_BYTES && start.get(MAGIC_BYTES - 1) == '{';
      if (json) {
        return loadSafeTensors(opened, options);
      }
      if (start.limit() >= Integer.BYTES && start.getInt(0) == ZIP_MAGIC) {
        return loadTorch(opened, TorchFile.readZip(opened), options);
      }
      if (start.limit() > 0 && Byte.toUnsignedInt(start.get(0)) == PICKLE_MAGIC) {
        return loadTorch(opened, TorchFile.readLegacy(opened), options);
      }
      if (file.toString().endsWith(".safetensors")) {
        return loadSafeTensors(opened, options); // to say what is wrong with it
      }
      throw opened.refuse(
          opened.size() == 0
              ? "it is empty"
              : "it is neither safetensors nor a file by torch.save; save a state_dict() as"
                  + " either");
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
        put(file, renamed, options.rename(entry.getKey()), entry.getValue());
      }
      return new StateDict(renamed, read.metadata());
    } catch (IOException e) {
      read.close();
      throw e;
    }
  }

  private static StateDict loadTorch(TensorFile file, TorchFile torch, LoadOptions options)
      throws IOException {
    Map<String, PickledTensor> renamed = new LinkedHashMap<>();
    for (var entry : Checkpoint.stateDict(file, torch.content, options.keys()).entrySet()) {
      put(file, renamed, options.rename(entry.getKey()), entry.getValue());
    }
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, PickledTensor> entry : renamed.entrySet()) {
        tensors.put(entry.getKey(), torch.tensor(entry.getKey(), entry.getValue()));
      }
      return new StateDict(tensors, Map.of());
    } catch (IOException | RuntimeException | Error e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  private static <T> void put(TensorFile file, Map<String, T> map, String name, T value)
      throws WeightsException {
    if (map.put(name, value) != null) {
      throw file.refuse("two of its tensors are called '" + name + "' without the prefix");
    }
  }
}
