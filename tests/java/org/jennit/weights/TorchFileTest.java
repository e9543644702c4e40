package org.jennit.weights;

import static org.jennit.weights.TorchFiles.V3;
import static org.jennit.weights.TorchFiles.call;
import static org.jennit.weights.TorchFiles.dict;
import static org.jennit.weights.TorchFiles.global;
import static org.jennit.weights.TorchFiles.little;
import static org.jennit.weights.TorchFiles.number;
import static org.jennit.weights.TorchFiles.numbers;
import static org.jennit.weights.TorchFiles.pickle;
import static org.jennit.weights.TorchFiles.storage;
import static org.jennit.weights.TorchFiles.tensor;
import static org.jennit.weights.TorchFiles.text;
import static org.jennit.weights.TorchFiles.tuple;
import static org.jennit.weights.TorchFiles.zip;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TorchFileTest {
  private static final byte[] FLOATS =
      little(24).putFloat(0).putFloat(1).putFloat(2).putFloat(3).putFloat(4).putFloat(5).array();

  @TempDir Path folder;

  /** A file with one tensor "a" over the six floats 0 to 5. */
  private Path one(String tensor) throws IOException {
    return zip(
        folder.resolve("one.pth"), pickle(dict(text("a"), tensor)), Map.of("data/0", FLOATS));
  }

  private void assertRefused(Path file, String reason) {
    var error = assertThrows(WeightsException.class, () -> Weights.load(file));
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  private static String floats() {
    return storage("FloatStorage", "0", 6);
  }

  @Test
  void refusesViewsBeyondTheirStorage() throws IOException {
    long huge = Long.MAX_VALUE / 2;
    assertRefused(one(tensor(floats(), 1, numbers(6), numbers(1))), "needs 28 bytes");
    assertRefused(one(tensor(floats(), 0, numbers(2, 3), numbers(4, 1))), "needs 28 bytes");
    assertRefused(one(tensor(floats(), -1, numbers(1), numbers(1))), "negative");
    assertRefused(one(tensor(floats(), 0, numbers(-1), numbers(1))), "negative");
    assertRefused(one(tensor(floats(), 5, numbers(2), numbers(-1))), "negative");
    assertRefused(one(tensor(floats(), 0, numbers(2, 3), numbers(1))), "2 sizes but 1 strides");
    assertRefused(one(tensor(floats(), 0, numbers(huge), numbers(1))), "overflow");
    assertRefused(one(tensor(floats(), 0, numbers(huge, huge), numbers(0, 0))), "overflow");
    assertRefused(one(tensor(floats(), huge, numbers(1), numbers(1))), "overflow");
    assertRefused(one(tensor(floats(), 0, numbers(1L << 40), numbers(0))), "repeats a storage");
    assertRefused(one(tensor(floats(), 7, numbers(0), numbers(1))), "needs 28 bytes");
    String many = numbers(new long[65]);
    assertRefused(one(tensor(floats(), 0, many, many)), "do not fit");
  }

  @Test
  void refusesStoragesOfAnotherLength() throws IOException {
    String seven = storage("FloatStorage", "0", 7);
    assertRefused(one(tensor(seven, 0, numbers(1), numbers(1))), "needs 28 bytes in storage '0'");
    String more = storage("FloatStorage", "0", 1L << 61);
    assertRefused(one(tensor(more, 0, numbers(1), numbers(1))), "more than the file has");
    String less = storage("FloatStorage", "0", -1);
    assertRefused(one(tensor(less, 0, numbers(1), numbers(1))), "-1 elements");
    String doubles = storage("DoubleStorage", "0", 3);
    String both =
        dict(
            text("a"),
            tensor(floats(), 0, numbers(1), numbers(1)),
            text("b"),
            tensor(doubles, 0, numbers(1), numbers(1)));
    Path file = zip(folder.resolve("two.pth"), pickle(both), Map.of("data/0", FLOATS));
    assertRefused(file, "two types");
    String none = storage("FloatStorage", "../0", 6);
    assertRefused(one(tensor(none, 0, numbers(1), numbers(1))), "data/../0");
  }

  @Test
  void readsExpandedAndScalarAndEmptyViews() throws IOException {
    try (StateDict tensors = Weights.load(one(tensor(floats(), 2, numbers(1000), numbers(0))))) {
      assertEquals(2000f, tensors.get("a").sum().item_float());
    }
    try (StateDict tensors = Weights.load(one(tensor(floats(), 5, numbers(), numbers())))) {
      assertEquals(5f, tensors.get("a").item_float());
    }
    try (StateDict tensors = Weights.load(one(tensor(floats(), 6, numbers(0, 3), numbers(3, 1))))) {
      assertArrayEquals(new long[] {0, 3}, tensors.get("a").shape());
    }
  }

  @Test
  void namesWhatIsNoTensor() throws IOException {
    assertRefused(one(number(1)), "holds no dict of tensors but 'a': the number 1");
    assertRefused(one(dict(text("b"), "N")), "holds no dict of tensors but 'a': a dict of 1");
    Path list = zip(folder.resolve("list.pth"), pickle("](Ne"), Map.of());
    assertRefused(list, "holds no dict of tensors but '0': None");
    assertRefused(zip(folder.resolve("none.pth"), pickle("N"), Map.of()), "the file holds None");
    String number = dict(number(1), tensor(floats(), 0, numbers(1), numbers(1)));
    assertRefused(zip(folder.resolve("n.pth"), pickle(number), Map.of()), "its key 1 holds");
    String extra =
        dict(text("a"), tensor(floats(), 0, numbers(1), numbers(1)), text("bn._extra_state"), "N");
    Path file = zip(folder.resolve("extra.pth"), pickle(extra), Map.of("data/0", FLOATS));
    try (StateDict tensors = Weights.load(file)) {
      assertEquals(java.util.Set.of("a"), tensors.keySet());
      assertEquals(Map.of("bn._extra_state", "None"), tensors.skipped());
    }
  }

  @Test
  void refusesNamesThatMeetWithoutTheirPrefix() throws IOException {
    String tensor = tensor(floats(), 0, numbers(1), numbers(1));
    String both = dict(text("module.a"), tensor, text("a"), tensor);
    Path file = zip(folder.resolve("meet.pth"), pickle(both), Map.of("data/0", FLOATS));
    LoadOptions options = LoadOptions.defaults().stripPrefix("module.");
    var error = assertThrows(WeightsException.class, () -> Weights.load(file, options));
    assertTrue(error.getMessage().contains("called 'a'"), error.getMessage());
  }

  /** Types without a storage class of their own come as untyped storages and a dtype. */
  @ParameterizedTest
  @EnumSource(DType.class)
  void readsEveryType(DType dtype) throws IOException {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (dtype == DType.BOOL ? i % 2 : i);
    }
    long count = 32 / dtype.bytes;
    String untyped =
        call(
            V3,
            storage("UntypedStorage", "0", 32),
            number(0),
            numbers(count),
            numbers(1),
            "\u0089",
            TorchFiles.HOOKS,
            global("torch", dtype.torchName));
    String typed =
        dtype.storageName == null
            ? untyped
            : tensor(storage(dtype.storageName, "1", count), 0, numbers(count), numbers(1));
    Path file =
        zip(
            folder.resolve("typed.pth"),
            pickle(dict(text("v3"), untyped, text("v2"), typed)),
            Map.of("data/0", bytes, "data/1", bytes));
    try (StateDict tensors = Weights.load(file)) {
      for (Tensor tensor : tensors.values()) {
        assertEquals(dtype.scalarType, tensor.scalar_type().intern());
        assertArrayEquals(bytes, TensorAsserts.bytes(tensor));
      }
    }
  }

  @Test
  void readsConjugateAndNegativeViews() throws IOException {
    String complex = storage("ComplexFloatStorage", "0", 3);
    String conjugate = tensor(complex, 0, numbers(3), numbers(1), dict(text("conj"), "\u0088"));
    String negative = tensor(floats(), 0, numbers(6), numbers(1), dict(text("neg"), "\u0088"));
    try (StateDict tensors = Weights.load(one(conjugate));
        PointerScope scope = new PointerScope()) {
      assertEquals(-9f, torch.imag(tensors.get("a")).sum().item_float());
    }
    try (StateDict tensors = Weights.load(one(negative))) {
      assertEquals(-15f, tensors.get("a").sum().item_float());
    }
    assertRefused(
        one(tensor(floats(), 0, numbers(1), numbers(1), dict(text("conj"), "\u0088"))),
        "conjugate");
  }

  @Test
  void readsParametersWithStateAndTensorsWithAttributes() throws IOException {
    String plain = tensor(floats(), 0, numbers(6), numbers(1));
    String inner = tuple(floats(), number(0), numbers(6), numbers(1), "\u0089", TorchFiles.HOOKS);
    for (String kind :
        new String[] {
          call(
              global("torch._utils", "_rebuild_parameter_with_state"),
              plain,
              "\u0088",
              TorchFiles.HOOKS,
              "}"),
          call(
              global("torch._tensor", "_rebuild_from_type_v2"),
              TorchFiles.V2,
              global("torch", "Tensor"),
              inner,
              "}")
        }) {
      try (StateDict tensors = Weights.load(one(kind))) {
        assertEquals(15f, tensors.get("a").sum().item_float());
      }
    }
  }

  @Test
  void refusesCompressedAndForeignZips() throws IOException {
    Path file = folder.resolve("packed.pth");
    String pickle = pickle(dict(text("a"), tensor(floats(), 0, numbers(1), numbers(1))));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(TorchFiles.bytes(pickle));
    }
    assertRefused(file, "compressed");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    assertRefused(file, "lacks the entry 'data.pkl'");
    zip(file, pickle, Map.of("byteorder", TorchFiles.bytes("big")));
    assertRefused(file, "byte order");
  }

  /** Two names for one storage share it even where it cannot be used in place. */
  @Test
  void sharesStoragesThatAreCopied() throws IOException {
    String tensors =
        dict(
            text("a"),
            tensor(floats(), 0, numbers(6), numbers(1)),
            text("b"),
            tensor(floats(), 2, numbers(2), numbers(2)));
    for (int shift = 0; shift < 16; shift++) {
      Map<String, byte[]> entries = new LinkedHashMap<>();
      entries.put("shift", new byte[shift]);
      entries.put("data/0", FLOATS);
      Path file = zip(folder.resolve("shift" + shift), pickle(tensors), entries);
      try (StateDict loaded = Weights.load(file)) {
        long a = loaded.get("a").data_ptr().address();
        assertEquals(a + 8, loaded.get("b").data_ptr().address());
        assertEquals(0, a % 4);
        assertEquals(6f, loaded.get("b").sum().item_float());
      }
    }
  }

  @Test
  void readsPartsOfLegacyStorages() throws IOException {
    String part = tuple(text("part"), number(2), number(3));
    String whole = tensor(storage("FloatStorage", "9", 6, "N"), 0, numbers(6), numbers(1));
    String view = tensor(storage("FloatStorage", "9", 6, part), 1, numbers(2), numbers(1));
    Path file = legacy(dict(text("whole"), whole, text("view"), view), "9", 6);
    try (StateDict tensors = Weights.load(file)) {
      long start = tensors.get("whole").data_ptr().address();
      assertEquals(start + 3 * 4, tensors.get("view").data_ptr().address());
      assertEquals(7f, tensors.get("view").sum().item_float());
    }
    String beyond = tuple(text("part"), number(4), number(3));
    String bad = tensor(storage("FloatStorage", "9", 6, beyond), 0, numbers(1), numbers(1));
    assertRefused(legacy(dict(text("a"), bad), "9", 6), "beyond its ends");
    assertRefused(legacy(dict(text("a"), whole), "8", 6), "not the one");
    assertRefused(legacy(dict(text("a"), whole), "9", 5), "not the one");
    Path plain =
        Files.write(folder.resolve("plain.pkl"), TorchFiles.bytes(pickle("N") + pickle("N")));
    assertRefused(plain, "not one by torch.save");
  }

  private Path legacy(String content, String key, long elements) throws IOException {
    String magic = "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019";
    String system = dict(text("protocol_version"), number(1001), text("little_endian"), "\u0088");
    String file =
        pickle(magic)
            + pickle(number(1001))
            + pickle(system)
            + pickle(content)
            + pickle("](" + text(key) + "e")
            + TorchFiles.latin(little(8).putLong(elements).array())
            + TorchFiles.latin(FLOATS);
    return Files.write(folder.resolve("legacy.pth"), TorchFiles.bytes(file));
  }

  /**
   * A sparse file: a storage of 2.4 GB, then one of 6 floats beyond 4 GB, found by zip64 records.
   */
  @Test
  void readsZip64FilesBeyondFourGigabytes() throws IOException {
    long big = 600_000_000L * 4;
    byte[] pickle =
        TorchFiles.bytes(
            pickle(
                dict(
                    text("big"),
                        tensor(
                            storage("FloatStorage", "1", big / 4), 0, numbers(big / 4), numbers(1)),
                    text("a"), tensor(floats(), 0, numbers(6), numbers(1)))));
    Path file = folder.resolve("zip64.pth");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      Zip64 zip = new Zip64(out, 0);
      zip.add("archive/data.pkl", pickle, pickle.length);
      zip.add("archive/data/1", little(4).putFloat(7).array(), big);
      zip.add("archive/unused", new byte[0], big);
      zip.add("archive/data/0", FLOATS, FLOATS.length);
      zip.finish();
    }
    assertTrue(Files.size(file) > 1L << 32);
    try (StateDict tensors = Weights.load(file);
        PointerScope scope = new PointerScope()) {
      assertEquals(15f, tensors.get("a").sum().item_float());
      assertEquals(7f, tensors.get("big").select(0, 0).item_float());
      assertEquals(0f, tensors.get("big").select(0, 599_999_999).item_float());
    }
  }

  /** One unaligned megabyte under many names would be copied once for each. */
  @Test
  void refusesStoragesThatOverlapToMoreThanTheFile() throws IOException {
    int megabyte = 1 << 20;
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      String storage = storage("ByteStorage", String.valueOf(i), megabyte - i);
      items.append(text("a" + i)).append(tensor(storage, 0, numbers(1), numbers(1)));
    }
    byte[] pickle = TorchFiles.bytes(pickle(dict(items.toString())));
    Path file = folder.resolve("overlap.pth");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      Zip64 zip = new Zip64(out, 1);
      zip.add("archive/data.pkl", pickle, pickle.length);
      long header = out.getFilePointer();
      zip.add("archive/data/0", FLOATS, megabyte);
      for (int i = 1; i < 10; i++) {
        zip.list("archive/data/" + i, header, megabyte - i);
      }
      zip.finish();
    }
    assertRefused(file, "overlap");
  }
}
