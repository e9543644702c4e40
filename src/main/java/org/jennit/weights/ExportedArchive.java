package org.jennit.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * The archive of an exported program (torch.export.save): a zip file with the program as JSON and
 * each storage as an entry. Nothing of it is unpickled, nothing outside it is read, and tensors are
 * made over the mapped file once they are known to lie in their storages.
 */
public final class ExportedArchive implements Closeable {
  /** The program of a large model, with the lines of Python that its nodes come from. */
  private static final int MAX_PROGRAM = 1 << 27;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .build());

  /** The numbers of dtypes in the file; what is not here cannot be read. */
  private static final Map<Integer, DType> DTYPES =
      Map.ofEntries(
          Map.entry(1, DType.UINT8),
          Map.entry(2, DType.INT8),
          Map.entry(3, DType.INT16),
          Map.entry(4, DType.INT32),
          Map.entry(5, DType.INT64),
          Map.entry(6, DType.FLOAT16),
          Map.entry(7, DType.FLOAT32),
          Map.entry(8, DType.FLOAT64),
          Map.entry(9, DType.COMPLEX32),
          Map.entry(10, DType.COMPLEX64),
          Map.entry(11, DType.COMPLEX128),
          Map.entry(12, DType.BOOL),
          Map.entry(13, DType.BFLOAT16),
          Map.entry(28, DType.UINT16),
          Map.entry(29, DType.FLOAT8_E4M3FN),
          Map.entry(30, DType.FLOAT8_E5M2),
          Map.entry(31, DType.FLOAT8_E4M3FNUZ),
          Map.entry(32, DType.FLOAT8_E5M2FNUZ));

  private static final int STRIDED = 7;

  private record View(
      String entry, DType dtype, long offset, List<Long> sizes, List<Long> strides) {}

  private final TensorFile file;
  private final ZipDirectory zip;
  private final String folder;
  private final String model;
  private final Map<View, Tensor> tensors = new HashMap<>();
  private final Map<String, JsonNode> weights;
  private final Map<String, JsonNode> constants;

  private ExportedArchive(TensorFile file) throws IOException {
    this.file = file;
    this.zip = ZipDirectory.read(file);
    this.folder = zip.folder();
    requireText("archive_format", "pt2");
    requireText("byteorder", "little");
    this.model = findModel();
    this.weights = config("data/weights/" + model + "_weights_config.json");
    this.constants = config("data/constants/" + model + "_constants_config.json");
  }

  /**
   * Opens an archive.
   *
   * @throws WeightsException naming the file, what is wrong with it and what to do
   * @throws IOException if it cannot be read
   */
  public static ExportedArchive open(Path path) throws IOException {
    Objects.requireNonNull(path, "path is null");
    TensorFile file = TensorFile.open(path);
    try {
      FileKind kind = FileKind.of(file);
      if (kind != FileKind.EXPORTED_PROGRAM) {
        throw file.refuse(kind.sentence());
      }
      return new ExportedArchive(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The exception that refuses this file for a reason. */
  public WeightsException refuse(String reason) {
    return file.refuse(reason);
  }

  /** The program. */
  public JsonNode program() throws IOException {
    return json("models/" + model + ".json");
  }

  private void requireText(String name, String expected) throws IOException {
    if (!zip.contains(folder + name)) {
      throw file.refuse(
          "it lacks the entry '"
              + name
              + "': it is damaged, or by a PyTorch before 2.8; save it again by torch.export.save"
              + " of PyTorch 2.10");
    }
    String text = StandardCharsets.US_ASCII.decode(zip.unpacked(folder + name)).toString().strip();
    if (!text.equals(expected)) {
      throw file.refuse(
          "its entry '"
              + name
              + "' is '"
              + text
              + "' instead of '"
              + expected
              + "': save it again by torch.export.save on a little-endian machine");
    }
  }

  private String findModel() throws WeightsException {
    List<String> models =
        zip.names().stream()
            .filter(name -> name.matches("\\Q" + folder + "\\Emodels/[^/]+\\.json"))
            .map(name -> name.substring((folder + "models/").length(), name.length() - 5))
            .toList();
    if (models.isEmpty()) {
      throw file.refuse("it lacks the program (models/*.json): save it again by torch.export.save");
    }
    if (models.size() > 1) {
      throw file.refuse("it holds several programs " + models + ": save each in a file of its own");
    }
    return models.get(0);
  }

  private JsonNode json(String name) throws IOException {
    ByteBuffer content = zip.unpacked(folder + name, MAX_PROGRAM);
    try {
      JsonNode json = JSON.readTree(StandardCharsets.UTF_8.newDecoder().decode(content).toString());
      if (!json.isObject()) {
        throw file.refuse("its entry '" + name + "' is not a JSON object: it is damaged");
      }
      return json;
    } catch (CharacterCodingException e) {
      throw file.refuse("its entry '" + name + "' is not UTF-8 text: it is damaged");
    } catch (JsonProcessingException e) {
      String reason =
          "its entry '" + name + "' cannot be read as JSON: it is damaged or nested too deep";
      throw file.refuse(reason + " (" + e.getOriginalMessage() + ")");
    }
  }

  private Map<String, JsonNode> config(String name) throws IOException {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    json(name).path("config").properties().forEach(e -> entries.put(e.getKey(), e.getValue()));
    if (entries.size() > TensorFile.MAX_TENSORS) {
      throw file.refuse("it holds more than " + TensorFile.MAX_TENSORS + " tensors");
    }
    return entries;
  }

  /** The names of the parameters and buffers, in the order of the file. */
  public Set<String> weights() {
    return Collections.unmodifiableSet(weights.keySet());
  }

  /** Whether a tensor of {@link #weights} is a parameter, not a buffer. */
  public boolean is_parameter(String name) {
    return weights.get(name).path("is_param").asBoolean();
  }

  /**
   * A parameter or buffer by its name in the model, or a constant. Names of the same elements have
   * the same tensor, those of the same storage share it. It belongs to this archive, but what keeps
   * it natively may go on after {@link #close}.
   *
   * @param expected the sizes that the program says it has; null where it says none
   * @throws WeightsException if the file does not hold it, or it does not fit its storage
   */
  public Tensor tensor(String name, long[] expected) throws IOException {
    boolean isWeight = weights.containsKey(name);
    JsonNode payload = isWeight ? weights.get(name) : constants.get(name);
    if (payload == null) {
      throw file.refuse(
          "it lacks the tensor '" + name + "', which its program reads: it is damaged");
    }
    if (!payload.path("use_pickle").isBoolean() || payload.get("use_pickle").asBoolean()) {
      throw file.refuse(
          "its tensor '"
              + name
              + "' is a pickle, which is not read, since reading it runs what it"
              + " says: export the model with plain tensors");
    }
    String path = payload.path("path_name").asText();
    if (!path.matches("[A-Za-z0-9_-]+")) {
      throw file.refuse(
          "its tensor '" + name + "' would lie at '" + path + "', outside the archive");
    }
    String entry = folder + "data/" + (isWeight ? "weights/" : "constants/") + path;
    View view = view(name, entry, payload.path("tensor_meta"));
    if (expected != null && !view.sizes().equals(Arrays.stream(expected).boxed().toList())) {
      throw file.refuse(
          "its tensor '"
              + name
              + "' has the sizes "
              + view.sizes()
              + ", but its program takes "
              + Arrays.toString(expected)
              + ": it is damaged");
    }
    Tensor known = tensors.get(view);
    if (known != null) {
      return known;
    }
    Tensor tensor = file.tensor(name, zip.region(entry), strided(view));
    tensors.put(view, tensor);
    if (payload.path("is_param").asBoolean()
        && payload.path("tensor_meta").path("requires_grad").asBoolean()
        && tensor.is_floating_point()) {
      tensor.requires_grad_(true);
    }
    return tensor;
  }

  private View view(String name, String entry, JsonNode meta) throws WeightsException {
    DType dtype = DTYPES.get(meta.path("dtype").asInt(-1));
    if (dtype == null) {
      throw file.refuse(
          "its tensor '"
              + name
              + "' has the dtype number "
              + meta.path("dtype").asText()
              + ", which is not known: save it in another dtype");
    }
    if (meta.path("layout").asInt(-1) != STRIDED) {
      throw file.refuse("its tensor '" + name + "' is not strided (sparse, say): make it dense");
    }
    return new View(
        entry,
        dtype,
        number(meta.path("storage_offset"), name),
        numbers(meta.path("sizes"), name),
        numbers(meta.path("strides"), name));
  }

  private static Strided strided(View view) {
    return new Strided(
        view.dtype(),
        view.offset(),
        view.sizes().stream().mapToLong(Long::longValue).toArray(),
        view.strides().stream().mapToLong(Long::longValue).toArray());
  }

  private List<Long> numbers(JsonNode array, String name) throws WeightsException {
    List<Long> numbers = new ArrayList<>();
    for (JsonNode element : array) {
      numbers.add(number(element, name));
    }
    if (!array.isArray()) {
      throw file.refuse("its tensor '" + name + "' has no sizes or strides: it is damaged");
    }
    return numbers;
  }

  private long number(JsonNode size, String name) throws WeightsException {
    return Optional.of(size.path("as_int"))
        .filter(value -> value.canConvertToLong() && value.isIntegralNumber())
        .map(JsonNode::asLong)
        .orElseThrow(
            () ->
                file.refuse(
                    "its tensor '"
                        + name
                        + "' has a size, stride or offset that is no number: it"
                        + " is damaged"));
  }

  /** LibTorch's number of a dtype number of the file. */
  public int scalar_type(int number) throws WeightsException {
    DType dtype = DTYPES.get(number);
    if (dtype == null) {
      throw file.refuse("its program uses the dtype number " + number + ", which is not known");
    }
    return dtype.scalarType.value;
  }

  /** Closes the file; what keeps its tensors natively goes on. */
  @Override
  public void close() throws IOException {
    tensors.values().forEach(Tensor::close);
    tensors.clear();
    file.close();
  }
}
