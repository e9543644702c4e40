package org.jennit.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Checks TorchScript files before LibTorch reads them. LibTorch takes a file at its word: a tensor
 * that claims more than its storage, or a pickle that goes wrong, can end the process, and damaged
 * weights load without a word. What this lets through has whole entries, with their checksums, and
 * pickles whose tensors lie in their storages.
 */
public final class TorchScriptArchive {
  /** LibTorch frees nests of lists by recursion. */
  private static final int MAX_DEPTH = 400;

  private final TensorFile file;
  private final ZipDirectory zip;
  private final String folder;

  private TorchScriptArchive(TensorFile file) throws IOException {
    this.file = file;
    this.zip = ZipDirectory.read(file);
    this.folder = zip.folder();
  }

  /**
   * Reads through a file and refuses it if it is damaged. Nothing of it is run.
   *
   * @param path a file of the kind {@link FileKind#TORCH_SCRIPT}
   * @throws WeightsException naming the entry or the tensor that is wrong
   * @throws IOException if the file cannot be read
   */
  public static void check(Path path) throws IOException {
    Objects.requireNonNull(path, "path is null");
    try (TensorFile file = TensorFile.open(path)) {
      new TorchScriptArchive(file).check();
    }
  }

  private void check() throws IOException {
    zip.requireWholeEntries();
    requireText("version", "\\d{1,9}\\s*");
    if (zip.contains(folder + "byteorder")) {
      requireText("byteorder", "little\\s*");
    }
    for (String name : zip.names()) {
      if (name.startsWith(folder + "code/") && name.endsWith(".py")) {
        requireFlat(name);
      }
    }
    Object constants = checkPickle("constants");
    if (!(constants instanceof Object[])) {
      throw file.refuse("its constants are no tuple: it is damaged");
    }
    Object model = checkPickle("data");
    if (!(model instanceof InertObject)) {
      throw file.refuse("it holds " + Description.of(model) + " instead of a module");
    }
  }

  private void requireText(String name, String pattern) throws IOException {
    String text = StandardCharsets.US_ASCII.decode(zip.unpacked(folder + name)).toString();
    if (!text.matches(pattern)) {
      throw file.refuse("its entry '" + name + "' is not as PyTorch writes it");
    }
  }

  private void requireFlat(String name) throws IOException {
    if (ScriptSource.isTooDeep(StandardCharsets.UTF_8.decode(zip.unpacked(name)).toString())) {
      throw file.refuse(
          "its code '" + name + "' is nested deeper than LibTorch can read: write it in steps");
    }
  }

  private Object checkPickle(String name) throws IOException {
    ByteBuffer pickle = zip.unpacked(folder + name + ".pkl");
    if (pickle.remaining() < 2 || pickle.getShort(0) != 0x0280) {
      throw file.refuse("its pickle '" + name + ".pkl' is not of protocol 2: it is damaged");
    }
    Unpickler unpickler = new Unpickler(file, pickle, new ScriptDialect());
    Object content = unpickler.load();
    for (StorageRef storage : unpickler.storages().values()) {
      requireStorage(name, storage);
    }
    requireSound(content, unpickler.memo());
    return content;
  }

  /** LibTorch reads no entry for a storage without elements. */
  private void requireStorage(String pickle, StorageRef storage) throws IOException {
    String entry = folder + pickle + "/" + storage.key();
    if (storage.elements() > 0 && zip.length(entry) != storage.bytes()) {
      throw file.refuse(
          String.format(
              "its storage '%s' should have %d bytes and has %d: it is damaged",
              entry, storage.bytes(), zip.length(entry)));
    }
  }

  private record Visit(Object value, int depth) {}

  private void requireSound(Object content, Collection<Object> memo) throws IOException {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Visit> open = new ArrayDeque<>();
    memo.forEach(value -> enter(new Visit(value, 0), seen, open));
    enter(new Visit(content, 0), seen, open);
    while (!open.isEmpty()) {
      Visit visit = open.pop();
      if (visit.depth() > MAX_DEPTH) {
        throw file.refuse("its values are nested more than " + MAX_DEPTH + " deep");
      }
      if (visit.value() instanceof PickledTensor tensor) {
        requireInside(tensor);
      } else if (visit.value() instanceof InertObject object && !object.isBuilt) {
        throw file.refuse("its " + Description.of(object) + " has no state: it is damaged");
      }
      for (Object part : parts(visit.value())) {
        enter(new Visit(part, visit.depth() + 1), seen, open);
      }
    }
  }

  private static void enter(Visit visit, Set<Object> seen, Deque<Visit> open) {
    if (visit.value() != null && seen.add(visit.value())) {
      open.push(visit);
    }
  }

  private static Collection<?> parts(Object value) {
    if (value instanceof Object[] tuple) {
      return Arrays.asList(tuple);
    }
    if (value instanceof Map<?, ?> dict) {
      return dict.values();
    }
    if (value instanceof InertObject object) {
      return Arrays.asList(object.state, object.arguments);
    }
    return value instanceof Collection<?> list ? list : Set.of();
  }

  private void requireInside(PickledTensor tensor) throws IOException {
    String misfit = tensor.view().misfit(tensor.storage().bytes());
    if (misfit != null) {
      throw file.refuse(
          "a tensor does not fit its storage '" + tensor.storage().key() + "': " + misfit);
    }
  }
}
