package org.jennit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jennit.JennitException;
import org.jennit.script.TorchScript;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file is goes by its content; both readers say so in one sentence. */
class FileKindTest {
  private static final Path SCRIPT =
      WeightFiles.VECTORS.resolve("torchscript").resolve("tiny_vgg_scripted.pt");

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    Path file = Files.createTempFile(folder, "misleading", ".safetensors.pt");
    return Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
  }

  private Path zip(String... entries) throws IOException {
    Path file = Files.createTempFile(folder, "misleading", ".pth");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        zip.write('x');
      }
    }
    return file;
  }

  private record Sample(FileKind kind, Path file) {}

  private List<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    Path weights = WeightFiles.WEIGHTS;
    add(samples, FileKind.SAFETENSORS, weights.resolve("state_dict.safetensors"));
    add(samples, FileKind.TORCH_SAVE, weights.resolve("state_dict.pth"));
    add(samples, FileKind.TORCH_SAVE_LEGACY, weights.resolve("state_dict_legacy.pth"));
    Path index = CheckpointsTest.FOLDER.resolve("model.safetensors.index.json");
    add(samples, FileKind.SHARD_INDEX, index);
    add(samples, FileKind.TORCH_SCRIPT, SCRIPT);
    add(samples, FileKind.MOBILE, zip("a/data.pkl", "a/constants.pkl", "a/bytecode.pkl"));
    add(samples, FileKind.MOBILE, file("\30\0\0\0PTMF\0\0\0\0"));
    add(samples, FileKind.OLD_TORCH_SCRIPT, zip("a/version", "a/model.json"));
    add(samples, FileKind.EXPORTED_PROGRAM, zip("a/archive_format", "a/models/model.json"));
    add(samples, FileKind.EXPORTED_PROGRAM, zip("a/models/other.json"));
    add(samples, FileKind.EXPORTED_PROGRAM, zip("serialized_exported_program.json"));
    String library = "a/data/aotinductor/model/c.so";
    add(samples, FileKind.AOT_INDUCTOR, zip("a/archive_format", library));
    add(samples, FileKind.TORCH_PACKAGE, zip("a/.data/extern_modules", "a/.data/version"));
    add(samples, FileKind.NUMPY, zip("arr_0.npy", "arr_1.npy"));
    add(samples, FileKind.ZIP, zip("readme.txt"));
    add(samples, FileKind.TAR, file("\0".repeat(257) + "ustar" + "\0".repeat(250)));
    add(samples, FileKind.GZIP, file("\37\213\10\0"));
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n";
    add(samples, FileKind.GIT_LFS_POINTER, file(pointer));
    add(samples, FileKind.WEB_PAGE, file("\n<!DOCTYPE html><html><body>Sign in"));
    add(samples, FileKind.WEB_PAGE, file("\357\273\277<html lang=en>"));
    add(samples, FileKind.WEB_PAGE, file("<?xml version=\"1.0\"?><Error>AccessDenied"));
    add(samples, FileKind.JSON, file("{\"hidden_size\": 768}"));
    add(samples, FileKind.HDF5, file("\211HDF\r\n\32\n"));
    add(samples, FileKind.NUMPY, file("\223NUMPY\1\0"));
    add(samples, FileKind.GGUF, file("GGUF\3\0\0\0"));
    add(samples, FileKind.PICTURE, file("\211PNG\r\n\32\n"));
    add(samples, FileKind.PICTURE, file("\377\330\377\340"));
    add(samples, FileKind.BINARY, file("\177ELF\2\1\1"));
    add(samples, FileKind.EMPTY, file(""));
    add(samples, FileKind.FOLDER, folder);
    add(samples, FileKind.NOT_REGULAR, Path.of("/dev/null"));
    add(samples, FileKind.MISSING, folder.resolve("missing.pth"));
    add(samples, FileKind.UNKNOWN, file("some text"));
    return samples;
  }

  private static void add(List<Sample> samples, FileKind kind, Path file) {
    samples.add(new Sample(kind, file));
  }

  @Test
  void everyKindHasASample() throws IOException {
    assertEquals(
        List.of(FileKind.values()),
        samples().stream().map(Sample::kind).distinct().sorted().toList());
  }

  @TestFactory
  List<DynamicTest> goesByTheContent() throws IOException {
    return samples().stream()
        .map(
            sample ->
                DynamicTest.dynamicTest(
                    sample.kind() + " " + sample.file(),
                    () -> {
                      assertEquals(sample.kind(), FileKind.of(sample.file()));
                      checkReaders(sample);
                    }))
        .toList();
  }

  private static void checkReaders(Sample sample) throws IOException {
    String message = sample.file() + ": " + sample.kind().sentence();
    assertFalse(message.contains("\n"), message);
    switch (sample.kind()) {
      case SAFETENSORS, TORCH_SAVE, TORCH_SAVE_LEGACY, SHARD_INDEX ->
          Weights.load(sample.file()).close();
      case MISSING -> {
        var missing = assertThrows(NoSuchFileException.class, () -> Weights.load(sample.file()));
        assertEquals(message, missing.getMessage());
      }
      default -> {
        var refused = assertThrows(WeightsException.class, () -> Weights.load(sample.file()));
        assertEquals(message, refused.getMessage());
      }
    }
    if (sample.kind() == FileKind.TORCH_SCRIPT) {
      TorchScript.load(sample.file()).close();
    } else {
      var refused = assertThrows(JennitException.class, () -> TorchScript.load(sample.file()));
      assertEquals(message, refused.getMessage());
    }
  }

  /** Headers whose length looks like a pickle, JSON, gzip, a web page or a JPEG. */
  @ParameterizedTest
  @ValueSource(ints = {0x80, '{', 0x8b1f, '<', 0xffd8ff, '\n'})
  void theLengthOfAHeaderIsNoMark(int length) throws IOException {
    String header = "{}" + " ".repeat(length - 2);
    String start = TorchFiles.latin(TorchFiles.little(8).putLong(length).array());
    Path file = file(start + header);
    assertEquals(FileKind.SAFETENSORS, FileKind.of(file));
    try (StateDict none = Weights.load(file)) {
      assertTrue(none.isEmpty());
    }
  }

  @Test
  void safetensorsUnderAWrongNameLoad() throws IOException {
    Path copy = folder.resolve("weights.pth");
    Files.copy(WeightFiles.WEIGHTS.resolve("state_dict.safetensors"), copy);
    try (StateDict loaded = Weights.load(copy);
        StateDict expected = Weights.load(WeightFiles.WEIGHTS.resolve("state_dict.pth"))) {
      TensorAsserts.assertSame(expected, loaded);
    }
  }

  @Test
  void aDamagedZipIsNoOtherKind() throws IOException {
    byte[] whole = Files.readAllBytes(SCRIPT);
    Path half = folder.resolve("half.pt");
    Files.write(half, Arrays.copyOf(whole, whole.length / 2));
    var error = assertThrows(WeightsException.class, () -> FileKind.of(half));
    assertTrue(error.getMessage().contains("cut short"), error.getMessage());
  }
}
