package org.jennit.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.AtomicFile;

/**
 * Reads and writes {@code .safetensors} files: a JSON header and the tensors' bytes, nothing that
 * could run. Every type that both the format and LibTorch have is read and written.
 *
 * <p>All methods may be used from several threads at once.
 */
public final class SafeTensors {
  private static final int LENGTH_BYTES = 8;
  private static final long CHUNK = 1 << 30;

  private SafeTensors() {}

  /**
   * Reads a file without copying it: the tensors lie in a private mapping of the file, which lives
   * as long as the last of them, and writing to a tensor does not change the file. A file must not
   * be overwritten in place while its tensors are in use (replacing it by another, as {@link
   * #write} does, is fine). Tensors whose bytes are not aligned for their type are copied.
   *
   * @param file a safetensors file of any size
   * @return the tensors, on the CPU, in the order of the header; the caller closes it
   * @throws WeightsException if the file breaks the format in any way, or holds a type that
   *     LibTorch lacks
   * @throws IOException if the file cannot be opened or read
   */
  public static StateDict read(Path file) throws IOException {
    Objects.requireNonNull(file, "file is null");
    try (TensorFile opened = TensorFile.open(file)) {
      return read(opened);
    }
  }

  static StateDict read(TensorFile file) throws IOException {
    if (file.size() < LENGTH_BYTES) {
      throw file.refuse("it has " + file.size() + " bytes, too few for a safetensors file");
    }
    long length = file.read(0, LENGTH_BYTES, "the length of its header").getLong();
    ByteBuffer text = file.read(LENGTH_BYTES, length, "its safetensors header");
    long dataStart = LENGTH_BYTES + length;
    SafeTensorsHeader header = SafeTensorsHeader.parse(file, text, file.size() - dataStart);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (SafeTensorsHeader.Entry entry : header.entries) {
        TensorFile.Region region =
            new TensorFile.Region(
                dataStart + entry.start(), entry.end() - entry.start(), entry.view().dtype.bytes);
        tensors.put(entry.name(), file.tensor(entry.name(), region, entry.view()));
      }
      return new StateDict(tensors, header.metadata);
    } catch (IOException | RuntimeException | Error e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  /**
   * Writes tensors, each in full: views are written out, and tensors that share a storage become
   * separate ones. The header keeps the map's order; the data is sorted by element size, so that
   * readers find every tensor aligned. The file appears under its name when it is complete, so that
   * an earlier file of that name may be in use, even as the source of these tensors.
   *
   * @param file where to write; folders above it are made
   * @param tensors dense tensors on any device, of types that safetensors has; they stay the
   *     caller's
   * @param metadata text to store beside them; may be empty
   * @throws IllegalArgumentException if a tensor is undefined, sparse, quantised, without data or
   *     of a type that safetensors lacks (complex32, complex128), or if one is called
   *     "__metadata__"
   * @throws IOException if the file cannot be written; the message names it, and an earlier file is
   *     as it was
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    Objects.requireNonNull(metadata, "metadata is null");
    Objects.requireNonNull(tensors, "tensors is null");
    Objects.requireNonNull(file, "file is null");
    tensors.forEach(SafeTensors::requireWritable);
    List<String> stored =
        tensors.keySet().stream()
            .sorted(Comparator.comparing(name -> -dtype(tensors.get(name)).bytes))
            .toList();
    byte[] header = header(tensors, stored, metadata);
    AtomicFile.write(file, part -> write(part, header, stored.stream().map(tensors::get).toList()));
  }

  private static void write(Path file, byte[] header, List<Tensor> tensors) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, length.putLong(header.length).flip());
      writeFully(channel, ByteBuffer.wrap(header));
      for (Tensor tensor : tensors) {
        writeData(channel, tensor);
      }
    }
  }

  private static void requireWritable(String name, Tensor tensor) {
    String trouble = null;
    if (name.equals(SafeTensorsHeader.METADATA)) {
      trouble = "has a name that safetensors keeps for its metadata";
    } else if (tensor == null || tensor.isNull() || !tensor.defined()) {
      trouble = "is undefined or closed";
    } else if (tensor.layout().intern() != torch.Layout.Strided || tensor.is_meta()) {
      trouble = "is not dense: make it so with to_dense()";
    } else if (dtype(tensor) == null) {
      trouble =
          "has the type " + tensor.scalar_type() + ", which safetensors lacks: convert it first";
    }
    if (trouble != null) {
      throw new IllegalArgumentException("tensor '" + name + "' " + trouble);
    }
  }

  private static DType dtype(Tensor tensor) {
    return DType.of(tensor.scalar_type().intern())
        .filter(d -> d.safetensorsName != null)
        .orElse(null);
  }

  private static byte[] header(
      Map<String, Tensor> tensors, List<String> stored, Map<String, String> metadata)
      throws IOException {
    Map<String, Long> starts = new LinkedHashMap<>();
    long end = 0;
    for (String name : stored) {
      starts.put(name, end);
      end += tensors.get(name).nbytes();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafeTensorsHeader.METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        json.writeObjectFieldStart(entry.getKey());
        writeEntry(json, entry.getValue(), starts.get(entry.getKey()));
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    bytes.write(" ".repeat(-bytes.size() & (LENGTH_BYTES - 1)).getBytes(StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, Tensor tensor, long start) throws IOException {
    DType dtype = dtype(tensor);
    long[] shape = tensor.shape();
    if (dtype == DType.FLOAT4_E2M1FN_X2 && shape.length > 0) {
      shape[shape.length - 1] *= 2;
    }
    json.writeStringField("dtype", dtype.safetensorsName);
    json.writeFieldName("shape");
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {start, start + tensor.nbytes()}, 0, 2);
  }

  private static void writeData(FileChannel channel, Tensor tensor) throws IOException {
    try (PointerScope temporaries = new PointerScope()) {
      Tensor dense = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous();
      long length = dense.nbytes();
      if (length == 0) {
        return;
      }
      BytePointer pointer = new BytePointer(dense.data_ptr());
      for (long done = 0; done < length; done += CHUNK) {
        writeFully(
            channel, pointer.position(done).limit(Math.min(length, done + CHUNK)).asByteBuffer());
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
