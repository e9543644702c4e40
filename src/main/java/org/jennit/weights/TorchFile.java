package org.jennit.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * A file by torch.save: the object it holds, as {@link Unpickler} gives it, and its tensors' data.
 * PyTorch 1.6 and later write a zip file with the pickle and each storage as an entry; earlier
 * ones, and later ones on request, the legacy format: five pickles, then the storages.
 */
final class TorchFile {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long LEGACY_VERSION = 1001L;

  /** Finds a storage's bytes. */
  private interface Storages {
    TensorFile.Region find(StorageRef storage) throws IOException;
  }

  /** The saved object; tensors are {@link PickledTensor}. */
  final Object content;

  private final TensorFile file;
  private final Storages storages;

  private TorchFile(TensorFile file, Object content, Storages storages) {
    this.file = file;
    this.content = content;
    this.storages = storages;
  }

  static TorchFile readZip(TensorFile file) throws IOException {
    ZipDirectory zip = ZipDirectory.read(file);
    String folder = zip.folder();
    if (zip.contains(folder + "byteorder")) {
      ByteBuffer order = zip.content(folder + "byteorder");
      if (!StandardCharsets.US_ASCII.decode(order).toString().equals("little")) {
        throw file.refuse("its byte order is not 'little': save it on a little-endian machine");
      }
    }
    Object content = new Unpickler(file, zip.content(folder + "data.pkl")).load();
    return new TorchFile(file, content, storage -> zip.region(folder + "data/" + storage.key()));
  }

  static TorchFile readLegacy(TensorFile file) throws IOException {
    long head = Math.min(file.size(), TensorFile.MAX_DESCRIPTION);
    ByteBuffer pickles = file.read(0, head, "its pickles");
    Object magic = new Unpickler(file, pickles).load();
    Object version = new Unpickler(file, pickles).load();
    if (!LEGACY_MAGIC.equals(magic) || !LEGACY_VERSION.equals(version)) {
      throw file.refuse(
          "it is a pickle, but not one by torch.save: open it in Python and torch.save the"
              + " state_dict()");
    }
    if (!(new Unpickler(file, pickles).load() instanceof Map<?, ?> system)
        || !Boolean.TRUE.equals(system.get("little_endian"))) {
      throw file.refuse("it is not little-endian: save it on a little-endian machine");
    }
    Unpickler unpickler = new Unpickler(file, pickles);
    Object content = unpickler.load();
    Object keys = new Unpickler(file, pickles).load();
    var regions = legacyRegions(file, pickles.position(), keys, unpickler.storages());
    return new TorchFile(file, content, storage -> regions.get(storage.key()));
  }

  /**
   * The storages follow the pickles in the order of their keys, each after its count of elements.
   */
  private static Map<String, TensorFile.Region> legacyRegions(
      TensorFile file, long start, Object keys, Map<String, StorageRef> storages)
      throws IOException {
    Map<String, TensorFile.Region> regions = new HashMap<>();
    long position = start;
    for (Object key : keys instanceof List<?> list ? list : List.of()) {
      StorageRef storage = storages.get(key);
      long elements = file.read(position, Long.BYTES, "the length of a storage").getLong();
      if (storage == null || storage.elements() != elements) {
        throw file.refuse("its storage '" + key + "' is not the one that its pickle refers to");
      }
      position += Long.BYTES;
      regions.put(storage.key(), region(position, storage));
      file.requireInside(position, storage.bytes(), "its storage '" + key + "'");
      position += storage.bytes();
    }
    return regions;
  }

  private static TensorFile.Region region(long start, StorageRef storage) {
    return new TensorFile.Region(start, storage.bytes(), DType.COMPLEX128.bytes);
  }

  /** One of the file's tensors; it belongs to the caller. Those that shared a storage share it. */
  Tensor tensor(String name, PickledTensor pickled) throws IOException {
    StorageRef storage = pickled.storage();
    TensorFile.Region region = storages.find(storage);
    if (region == null || region.length() != storage.bytes()) {
      String found = region == null ? "none" : Long.toString(region.length());
      throw file.refuse(
          String.format(
              "tensor '%s' needs %d bytes in storage '%s', but the file has %s: it is damaged",
              name, storage.bytes(), storage.key(), found));
    }
    Tensor stored = file.tensor(name, region, pickled.view());
    return pickled.isPlain() ? stored : transform(name, stored, pickled);
  }

  private Tensor transform(String name, Tensor stored, PickledTensor pickled) throws IOException {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor tensor = pickled.conjugate() ? stored._conj() : stored;
      tensor = pickled.negative() ? tensor._neg_view() : tensor;
      tensor.retainReference();
      return tensor;
    } catch (RuntimeException e) {
      throw file.refuse("tensor '" + name + "' cannot be a conjugate or negative view");
    } finally {
      stored.close();
    }
  }
}
