package org.jennit.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.explain.Result;
import org.jennit.internal.AtomicFile;

/** NumPy's format, version 1.0: little-endian, in C order. */
final class NpyWriter implements ResultWriter {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  @Override
  public void write(InputFile input, Result result, Path file) throws IOException {
    write(result.relevance(), file);
  }

  /**
   * Writes one tensor.
   *
   * @param tensor float32 or float64, on the CPU, of less than 2 GiB
   */
  static void write(Tensor tensor, Path file) throws IOException {
    AtomicFile.write(file, part -> writeTo(part, tensor));
  }

  private static void writeTo(Path file, Tensor tensor) throws IOException {
    try (PointerScope temporaries = new PointerScope();
        FileChannel channel =
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
      Tensor dense = tensor.contiguous();
      writeFully(channel, header(dense));
      BytePointer data = new BytePointer(dense.data_ptr());
      writeFully(channel, data.limit(dense.nbytes()).asByteBuffer());
    }
  }

  private static ByteBuffer header(Tensor tensor) {
    boolean wide = tensor.scalar_type().intern() == torch.ScalarType.Double;
    String shape =
        Arrays.stream(tensor.shape()).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
    String dict =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(wide ? "<f8" : "<f4", shape);
    int length = MAGIC.length + Short.BYTES + dict.length() + 1;
    String padded = dict + " ".repeat(-length & (ALIGNMENT - 1)) + "\n";
    return ByteBuffer.allocate(MAGIC.length + Short.BYTES + padded.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(MAGIC)
        .putShort((short) padded.length())
        .put(padded.getBytes(StandardCharsets.US_ASCII))
        .flip();
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }
}
