package org.jennit.weights;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An open weight file: reads its descriptions into Java memory and makes tensors over its data.
 *
 * <p>The file is mapped once, privately (copy on write), by LibTorch itself: the mapping is the
 * storage of the tensors made here, so it lives as long as the last of them, costs no memory beyond
 * the pages in use, and writing to a tensor leaves the file alone. Only a region that is not
 * aligned for its elements is copied, by reading it straight into the memory of its tensors.
 */
final class TensorFile implements Closeable {
  /**
   * Descriptions (headers, directories, pickles) above this size are refused; real ones are far
   * below.
   */
  static final int MAX_DESCRIPTION = 16 << 20;

  /**
   * Names above this count are refused: each costs native memory that the file's size does not
   * bound.
   */
  static final int MAX_TENSORS = 1 << 18;

  private static final long CHUNK = 1 << 30;

  /**
   * A stretch of the file's bytes that serves as a storage.
   *
   * @param alignment what its start must be a multiple of, in bytes, to be used where it lies
   */
  record Region(long start, long length, int alignment) {}

  private final Path path;
  private final FileChannel channel;
  private final long size;
  private final Map<Region, Tensor> copies = new HashMap<>();
  private Tensor mapping;
  private long copied;

  private TensorFile(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
  }

  static TensorFile open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      String sentence = FileKind.of(path).sentence();
      throw Files.exists(path)
          ? new WeightsException(path, sentence)
          : new NoSuchFileException(path.toString(), null, sentence);
    }
    return new TensorFile(path, FileChannel.open(path));
  }

  Path path() {
    return path;
  }

  long size() {
    return size;
  }

  /** The exception that refuses this file for a reason. */
  WeightsException refuse(String reason) {
    return new WeightsException(path, reason);
  }

  /**
   * A part of the file's description, little-endian; refused if it lies outside the file or is too
   * long.
   */
  ByteBuffer read(long start, long length, String what) throws IOException {
    requireInside(start, length, what);
    if (length > MAX_DESCRIPTION) {
      throw refuse(
          what + " is " + length + " bytes long; more than " + MAX_DESCRIPTION + " are not read");
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    fill(buffer, start);
    return buffer.flip();
  }

  void requireInside(long start, long length, String what) throws WeightsException {
    if (start < 0 || length < 0 || start > size - length) {
      throw refuse(
          what
              + " would lie at bytes "
              + start
              + " to "
              + (start + length)
              + " of a file of "
              + size
              + ": it is damaged or cut short");
    }
  }

  /**
   * A tensor over a region, which belongs to the caller and to no scope of theirs; refused unless
   * it fits the region. Tensors over the same region share its storage.
   */
  Tensor tensor(String name, Region region, Strided view) throws IOException {
    requireInside(region.start(), region.length(), "the data of '" + name + "'");
    String misfit = view.misfit(region.length());
    if (misfit != null) {
      throw refuse("tensor '" + name + "' does not fit its storage: " + misfit);
    }
    try (PointerScope temporaries = new PointerScope()) {
      Tensor tensor = view.elements() == 0 ? empty(view) : place(region, view);
      if (view.dtype == DType.BOOL) {
        requireTruthValues(name, region, view);
      }
      tensor.retainReference();
      return tensor;
    } catch (RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw new WeightsException(path, "tensor '" + name + "' cannot be made: " + reason, e);
    }
  }

  private static Tensor empty(Strided view) {
    TensorOptions options = new TensorOptions(view.dtype.scalarType);
    return torch.empty_strided(view.sizes, view.strides, options);
  }

  private Tensor place(Region region, Strided view) throws IOException {
    boolean aligned = region.start() % region.alignment() == 0;
    Tensor bytes = aligned ? mapping() : copy(region);
    long first = (aligned ? region.start() / view.dtype.bytes : 0) + view.offset;
    Tensor tensor = torch.empty(new long[] {0}, new TensorOptions(view.dtype.scalarType), null);
    tensor.set_(bytes.storage(), first, view.sizes, view.strides);
    return tensor;
  }

  /** LibTorch's kernels assume that a bool is 0 or 1: other bytes would be undefined behaviour. */
  private void requireTruthValues(String name, Region region, Strided view) throws IOException {
    Strided bytes = new Strided(DType.UINT8, view.offset, view.sizes, view.strides);
    if (view.elements() > 0 && (place(region, bytes).max().item_byte() & 0xff) > 1) {
      throw refuse("tensor '" + name + "' is of type bool and holds bytes other than 0 and 1");
    }
  }

  /**
   * The whole file as bytes; kept as a tensor, since JavaCPP's Storage only points into its tensor.
   */
  private Tensor mapping() {
    if (mapping == null) {
      TensorOptions bytes = new TensorOptions(ScalarType.Byte);
      String name = path.toAbsolutePath().toString();
      mapping = torch.from_file(name, new BoolOptional(false), new LongOptional(size), bytes);
      mapping.retainReference();
    }
    return mapping;
  }

  private Tensor copy(Region region) throws IOException {
    Tensor known = copies.get(region);
    if (known != null) {
      return known;
    }
    copied += region.length();
    if (copied > size) {
      throw refuse("its storages overlap: together they are larger than the file");
    }
    Tensor memory =
        torch.empty(new long[] {region.length()}, new TensorOptions(ScalarType.Byte), null);
    BytePointer pointer = new BytePointer(memory.data_ptr());
    for (long done = 0; done < region.length(); done += CHUNK) {
      long end = Math.min(region.length(), done + CHUNK);
      fill(pointer.position(done).limit(end).asByteBuffer(), region.start() + done);
    }
    memory.retainReference();
    copies.put(region, memory);
    return memory;
  }

  private void fill(ByteBuffer buffer, long start) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, start + buffer.position()) < 0) {
        throw new WeightsException(path, "it became shorter while it was read");
      }
    }
  }

  /** Closes the file; tensors made from it stay valid. */
  @Override
  public void close() throws IOException {
    copies.values().forEach(Tensor::close);
    if (mapping != null) {
      mapping.close();
    }
    channel.close();
  }
}
