package org.jennit.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a file that somebody takes for a model or its weights is, by its content and not by its
 * name. Each kind has a sentence for those who handed it to the wrong reader.
 */
public enum FileKind {
  /** Weights in the safetensors format. */
  SAFETENSORS(
      "it is a safetensors file, weights without a model: load it with org.jennit.weights.Weights"
          + " into a model of its architecture"),

  /** A file by torch.save, in the zip format of PyTorch 1.6 and later. */
  TORCH_SAVE(
      "it is a file by torch.save, weights without a model: load it with"
          + " org.jennit.weights.Weights into a model of its architecture, or save the model itself"
          + " by torch.jit.save"),

  /** A pickle, as torch.save wrote before PyTorch 1.6. */
  TORCH_SAVE_LEGACY(
      "it is a pickle, as torch.save wrote before PyTorch 1.6, weights without a model: load it"
          + " with org.jennit.weights.Weights into a model of its architecture"),

  /** The JSON index of weights in several files. */
  SHARD_INDEX(
      "it is the index of weights in several files, without a model: load it with"
          + " org.jennit.weights.Weights into a model of its architecture"),

  /** A model by torch.jit.save. */
  TORCH_SCRIPT(
      "it is a TorchScript file, a model with its weights: open it with"
          + " org.jennit.script.TorchScript, or save its state_dict()"),

  /** A model for PyTorch's lite interpreter. */
  MOBILE(
      "it is a model for PyTorch's mobile (lite) interpreter: save the model that it was made of by"
          + " torch.jit.save instead"),

  /** A TorchScript file of PyTorch 1.1 or before. */
  OLD_TORCH_SCRIPT(
      "it is a TorchScript file of PyTorch 1.1 or before: open it with a newer PyTorch and save it"
          + " again by torch.jit.save"),

  /** A program by torch.export. */
  EXPORTED_PROGRAM(
      "it is an exported program (torch.export): open it with org.jennit.export.ExportedProgram"),

  /** Compiled code by AOTInductor. */
  AOT_INDUCTOR(
      "it is an AOTInductor package, compiled code that cannot be explained: export the model"
          + " without compiling it (torch.export.save)"),

  /** Python code and objects by torch.package. */
  TORCH_PACKAGE(
      "it is a torch.package, which holds Python code: open it in Python and save the model's"
          + " state_dict()"),

  /** Another zip file. */
  ZIP(
      "it is a zip file, but lacks the entry 'data.pkl' that every file by torch.save and"
          + " torch.jit.save has: unpack it, and take the file inside"),

  /** A tar archive. */
  TAR("it is a tar archive: unpack it, and take the file inside"),

  /** A file compressed by gzip. */
  GZIP("it is compressed by gzip: unpack it first (gunzip)"),

  /** What stands in a git repository for a large file. */
  GIT_LFS_POINTER(
      "it is a pointer of Git LFS, which stands for the file that was not fetched: run git lfs pull"),

  /** HTML or XML. */
  WEB_PAGE(
      "it is a web page: what answered the download was a page, of an error or a login say; get the"
          + " file itself"),

  /** Other JSON. */
  JSON("it is a JSON file without weights: take the file of the weights beside it"),

  /** HDF5, as Keras writes. */
  HDF5("it is an HDF5 file, as Keras writes: convert the weights to safetensors in Python"),

  /** NumPy's arrays. */
  NUMPY("it is a file of NumPy: save its arrays as safetensors in Python"),

  /** Weights for llama.cpp. */
  GGUF("it is a GGUF file, whose weights are mostly quantised: take the model's safetensors"),

  /** A PNG or JPEG. */
  PICTURE("it is a picture, no model or weights: did two names change places?"),

  /** A program or shared library. */
  BINARY(
      "it is a compiled program or library (of AOTInductor, say), which cannot be explained: take"
          + " the model that it was made of"),

  /** Nothing. */
  EMPTY("it is empty, and 0 bytes are too few for any model or weights: get it again"),

  /** A folder. */
  FOLDER("it is a folder: name the file in it"),

  /** A device, pipe or socket. */
  NOT_REGULAR("it is not a regular file: copy its content to one"),

  /** Not there. */
  MISSING("it does not exist: check the name and the folder"),

  /** None of these. */
  UNKNOWN(
      "it is neither safetensors nor a file by torch.save or torch.jit.save; save a state_dict() as"
          + " safetensors, or the model by torch.jit.save");

  private static final Pattern EXPORTED =
      Pattern.compile(
          "(.*/)?(archive_format|models/[^/]+\\.json|serialized_exported_program\\.json)");

  private static final int ZIP_MAGIC = 0x04034b50;
  private static final int ELF_MAGIC = 0x464c457f;
  private static final int GGUF_MAGIC = 0x46554747;
  private static final int HDF5_MAGIC = 0x46444889;
  private static final int PNG_MAGIC = 0x474e5089;
  private static final int JPEG_MAGIC = 0xffd8ff;
  private static final int MOBILE_MAGIC = 0x464d5450; // "PTMF", the second word of a flatbuffer
  private static final int PICKLE_MAGIC = 0x80;
  private static final int GZIP_MAGIC = 0x8b1f;
  private static final int TAR_MAGIC_AT = 257;
  private static final int START_BYTES = 512;
  private static final long MAX_JSON = TensorFile.MAX_DESCRIPTION;

  private final String sentence;

  FileKind(String sentence) {
    this.sentence = sentence;
  }

  /** What such a file is and what to do with it, to stand after its name and a colon. */
  public String sentence() {
    return sentence;
  }

  /**
   * Looks at a file's first bytes, and at the directory of a zip file.
   *
   * @throws WeightsException if it is a damaged zip file
   * @throws IOException if it cannot be read
   */
  public static FileKind of(Path path) throws IOException {
    if (!Files.exists(path)) {
      return MISSING;
    }
    if (!Files.isRegularFile(path)) {
      return Files.isDirectory(path) ? FOLDER : NOT_REGULAR;
    }
    try (TensorFile file = TensorFile.open(path)) {
      return of(file);
    }
  }

  static FileKind of(TensorFile file) throws IOException {
    if (file.size() == 0) {
      return EMPTY;
    }
    ByteBuffer start = file.read(0, Math.min(file.size(), START_BYTES), "its first bytes");
    int word = start.limit() >= Integer.BYTES ? start.getInt(0) : 0;
    FileKind binary =
        switch (word) {
          case ZIP_MAGIC -> ofZip(ZipDirectory.read(file));
          case ELF_MAGIC -> BINARY;
          case GGUF_MAGIC -> GGUF;
          case HDF5_MAGIC -> HDF5;
          case PNG_MAGIC -> PICTURE;
          default -> null;
        };
    return binary != null ? binary : ofStart(file, start, word);
  }

  private static FileKind ofStart(TensorFile file, ByteBuffer start, int word) throws IOException {
    String text = StandardCharsets.ISO_8859_1.decode(start.duplicate()).toString();
    String readable = text.replaceFirst("^\u00ef\u00bb\u00bf", "").stripLeading();
    if (readable.startsWith("{") && file.size() <= MAX_JSON) {
      Optional<JsonNode> json = ShardIndex.json(file);
      if (json.isPresent()) {
        return json.get().has(ShardIndex.WEIGHT_MAP) ? SHARD_INDEX : JSON;
      }
    }
    // Before the short marks below, which the length of its header may look like.
    if (text.length() > Long.BYTES && text.charAt(Long.BYTES) == '{') {
      return SAFETENSORS;
    }
    if (Byte.toUnsignedInt(start.get(0)) == PICKLE_MAGIC) {
      return TORCH_SAVE_LEGACY;
    }
    if (start.limit() >= 2 * Integer.BYTES && start.getInt(Integer.BYTES) == MOBILE_MAGIC) {
      return MOBILE;
    }
    if ((word & 0xffffff) == JPEG_MAGIC) {
      return PICTURE;
    }
    if ((word & 0xffff) == GZIP_MAGIC) {
      return GZIP;
    }
    if (text.startsWith("\u0093NUMPY")) {
      return NUMPY;
    }
    if (text.startsWith("ustar", TAR_MAGIC_AT)) {
      return TAR;
    }
    if (text.startsWith("version https://git-lfs")) {
      return GIT_LFS_POINTER;
    }
    return readable.toLowerCase(Locale.ROOT).matches("(?s)<(!doctype|html|head|body|\\?xml).*")
        ? WEB_PAGE
        : UNKNOWN;
  }

  private static FileKind ofZip(ZipDirectory zip) {
    String folder = zip.folder();
    Set<String> names = zip.names();
    if (names.stream().anyMatch(name -> name.contains("data/aotinductor/"))) {
      return AOT_INDUCTOR;
    }
    if (names.stream().anyMatch(EXPORTED.asMatchPredicate())) {
      return EXPORTED_PROGRAM;
    }
    if (zip.contains(folder + "bytecode.pkl")) {
      return MOBILE;
    }
    if (zip.contains(folder + "constants.pkl")) {
      return TORCH_SCRIPT;
    }
    if (zip.contains(folder + "data.pkl")) {
      return TORCH_SAVE;
    }
    if (zip.contains(folder + "model.json")) {
      return OLD_TORCH_SCRIPT;
    }
    if (zip.contains(folder + ".data/extern_modules")) {
      return TORCH_PACKAGE;
    }
    return !names.isEmpty() && names.stream().allMatch(name -> name.endsWith(".npy")) ? NUMPY : ZIP;
  }
}
