package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SafeTensorsTest {
  @TempDir Path folder;

  static List<Path> refused() {
    return WeightFiles.in("refuse", ".safetensors");
  }

  static List<Path> good() {
    return WeightFiles.in("weights", ".safetensors");
  }

  /** A file of the given header and data, written by hand from the format's description. */
  private Path file(String header, byte[] data) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    bytes.write(text);
    bytes.write(data);
    return Files.write(folder.resolve("made.safetensors"), bytes.toByteArray());
  }

  private void assertRefused(String header, int dataLength, String reason) throws IOException {
    Path file = file(header, new byte[dataLength]);
    var error = assertThrows(WeightsException.class, () -> SafeTensors.read(file));
    assertTrue(error.getMessage().startsWith(file.toString()), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesWithTheFileAndAReason(Path file) {
    var error = assertThrows(WeightsException.class, () -> SafeTensors.read(file));
    assertEquals(file, error.file());
    assertTrue(error.getMessage().startsWith(file + ": "), error.getMessage());
  }

  @Test
  void readsValuesWrittenByHand() throws IOException {
    byte[] data =
        ByteBuffer.allocate(20)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1.5f)
            .putFloat(-2f)
            .putFloat(1e-3f)
            .putLong(-7)
            .array();
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12,20]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[3,1],\"data_offsets\":[0,12]}}   ";
    try (StateDict tensors = SafeTensors.read(file(header, data))) {
      assertEquals(List.of("b", "a"), List.copyOf(tensors.keySet()));
      assertEquals(Map.of("format", "pt"), tensors.metadata());
      assertEquals(-7, tensors.get("b").item_long());
      assertArrayEquals(new long[] {3, 1}, tensors.get("a").shape());
      float[] values = new float[3];
      tensors.get("a").data_ptr_float().get(values);
      assertArrayEquals(new float[] {1.5f, -2f, 1e-3f}, values);
    }
  }

  @Test
  void refusesWhatTheFormatForbids() throws IOException {
    String one = "\"shape\":[1],\"data_offsets\":[0,4]";
    assertRefused("{} {}", 0, "goes on after");
    assertRefused("{\"a\":1}", 0, "'a' is not a JSON object");
    assertRefused("{\"__metadata__\":{\"a\":1}}", 0, "holds more than strings");
    assertRefused("{\"a\":{\"dtype\":4," + one + "}}", 4, "dtype that is not a string");
    assertRefused("{\"a\":{" + one + "}}", 4, "lacks dtype");
    assertRefused("{\"a\":{\"dtype\":\"F6_E2M3\"," + one + "}}", 4, "unknown dtype 'F6_E2M3'");
    assertRefused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"," + one + "}}", 4, "Duplicate");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}", 4, "than counts");
    assertRefused(
        "{\"a\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[0,1]}}", 1, "odd last dimension");
    assertRefused(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,9223372036854775807,3],\"data_offsets\":[0,0]}}",
        0,
        "overflows");
    assertRefused(
        "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[0,1]}}"
            .replace("\"a\"", "\"m\""),
        0,
        "'m' ends at byte 1");
  }

  @Test
  void refusesBoolsThatAreNeitherTrueNorFalse() throws IOException {
    String header = "{\"mask\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]}}";
    for (int wrong : new int[] {2, 127, 128, 255}) {
      Path bad = file(header, new byte[] {1, (byte) wrong});
      var error = assertThrows(WeightsException.class, () -> SafeTensors.read(bad));
      assertTrue(error.getMessage().contains("'mask'"), error.getMessage());
    }
    try (StateDict good = SafeTensors.read(file(header, new byte[] {1, 0}))) {
      assertTrue(good.get("mask").any().item_bool());
    }
  }

  @Test
  void refusesAFolderAndMissesAMissingFile() {
    assertThrows(WeightsException.class, () -> SafeTensors.read(folder));
    assertThrows(
        java.nio.file.NoSuchFileException.class, () -> SafeTensors.read(folder.resolve("none")));
  }

  @ParameterizedTest
  @MethodSource("good")
  void writesWhatItReads(Path source) throws IOException {
    Path copy = folder.resolve("copy.safetensors");
    try (StateDict tensors = SafeTensors.read(source)) {
      SafeTensors.write(copy, tensors, Map.of("origin", "Jennit \"Ω\""));
      try (StateDict again = SafeTensors.read(copy)) {
        assertEquals(Map.of("origin", "Jennit \"Ω\""), again.metadata());
        TensorAsserts.assertSame(tensors, again);
        assertEquals(List.copyOf(tensors.keySet()), List.copyOf(again.keySet()));
      }
      SafeTensors.write(copy, Map.of(), Map.of());
      try (StateDict none = SafeTensors.read(copy)) {
        assertTrue(none.isEmpty());
      }
    }
    try (var files = Files.list(folder)) {
      assertEquals(List.of(copy), files.toList(), "no partial file is left");
    }
  }

  @ParameterizedTest
  @EnumSource(DType.class)
  void writesAndReadsEveryType(DType dtype) throws IOException {
    Path file = folder.resolve("typed.safetensors");
    try (PointerScope scope = new PointerScope()) {
      Tensor bytes = torch.arange(new Scalar(64)).to(ScalarType.Byte);
      if (dtype == DType.BOOL) {
        bytes = bytes.remainder(new Scalar(2));
      }
      Tensor typed =
          torch
              .empty(new long[] {0}, new TensorOptions(dtype.scalarType), null)
              .set_(bytes.storage(), 0, new long[] {2, 16 / dtype.bytes}, 16 / dtype.bytes, 1);
      // The odd byte before it makes a neighbour of each type lie where the sorting must align it.
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("odd", bytes.narrow(0, 0, 1));
      tensors.put("typed", typed);
      if (dtype.safetensorsName == null) {
        var error =
            assertThrows(
                IllegalArgumentException.class, () -> SafeTensors.write(file, tensors, Map.of()));
        assertTrue(error.getMessage().contains("'typed'"), error.getMessage());
        return;
      }
      SafeTensors.write(file, tensors, Map.of());
      byte[] written = Files.readAllBytes(file);
      for (int i = 0; i < 32; i++) {
        int expected = dtype == DType.BOOL ? i % 2 : i;
        assertEquals(expected, written[written.length - 33 + i + (dtype.bytes == 1 ? 1 : 0)]);
      }
      try (StateDict read = SafeTensors.read(file)) {
        TensorAsserts.assertSame(tensors, read);
      }
    }
  }

  @Test
  void readsUnalignedTensors() throws IOException {
    byte[] data =
        ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).put((byte) 1).putFloat(2.5f).array();
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[1,5]}}";
    for (String padding : List.of("", " ", "  ", "   ")) {
      try (StateDict tensors = SafeTensors.read(file(header + padding, data))) {
        assertEquals(2.5f, tensors.get("b").item_float());
      }
    }
  }

  @Test
  void tensorsOutliveTheDictAndLeaveTheFileAlone() throws IOException {
    Path file = folder.resolve("own.safetensors");
    try (PointerScope scope = new PointerScope()) {
      SafeTensors.write(file, Map.of("a", torch.ones(4)), Map.of());
      Tensor kept;
      try (StateDict tensors = SafeTensors.read(file)) {
        kept = new Tensor(tensors.get("a"));
        SafeTensors.write(file, Map.of("a", torch.zeros(4)), Map.of());
      }
      kept.add_(new Scalar(1));
      assertEquals(8, kept.sum().item_float());
      try (StateDict tensors = SafeTensors.read(file)) {
        assertEquals(0, tensors.get("a").sum().item_float());
      }
    }
  }

  @Test
  void releasesItsTensorsAndMapping() throws IOException {
    Path file = WeightFiles.WEIGHTS.resolve("odd_tensors.safetensors");
    SafeTensors.read(file).close();
    long before = Pointer.totalCount();
    StateDict tensors = SafeTensors.read(file);
    assertEquals(before + tensors.size(), Pointer.totalCount());
    tensors.close();
    tensors.close();
    assertEquals(before, Pointer.totalCount());
    assertThrows(IllegalStateException.class, () -> tensors.get("half"));
    assertThrows(IllegalStateException.class, tensors::size);
    List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
    assertFalse(maps.stream().anyMatch(line -> line.contains("odd_tensors.safetensors")));
    for (Path refused : refused()) {
      assertThrows(WeightsException.class, () -> SafeTensors.read(refused));
    }
    assertEquals(before, Pointer.totalCount());
  }

  /** A sparse file of 5 GB: neither the file nor a tensor of 2.4 GB may overflow an int. */
  @Test
  void readsFilesAndTensorsBeyondTwoGigabytes() throws IOException {
    long length = 600_000_000L * 4;
    String header =
        String.format(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0,%d]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[%d,%d]}} ",
            length, length, 2 * length);
    Path big = file(header + " ".repeat(-header.length() & 7), new byte[0]);
    long start = Files.size(big);
    try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(start + 2 * length);
      file.seek(start + 2 * length - 4);
      file.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(3.25f).array());
    }
    try (StateDict tensors = SafeTensors.read(big);
        PointerScope scope = new PointerScope()) {
      assertEquals(3.25f, tensors.get("b").narrow(0, 599_999_999, 1).item_float());
      assertEquals(0f, tensors.get("a").narrow(0, 599_999_999, 1).item_float());
    }
  }

  /** Half a gigabyte, read to the last element, in a mapping: no copy of it appears in memory. */
  @Test
  void loadsWithoutACopy() throws IOException {
    long length = 1L << 29;
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[134217728],\"data_offsets\":[0," + length + "]}}  ";
    Path big = file(header + " ".repeat(-header.length() & 7), new byte[0]);
    try (RandomAccessFile file = new RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(Files.size(big) + length);
    }
    long before = anonymousMemory();
    try (StateDict tensors = SafeTensors.read(big);
        PointerScope scope = new PointerScope()) {
      assertEquals(0f, tensors.get("a").sum().item_float());
      long growth = anonymousMemory() - before;
      assertTrue(growth < length / 4, growth + " bytes more");
    }
  }

  private static long anonymousMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }
}
