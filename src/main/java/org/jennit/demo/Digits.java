package org.jennit.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.internal.AtomicFile;
import org.jennit.internal.Scoped;
import org.jennit.weights.SafeTensors;
import org.jennit.weights.StateDict;

/**
 * The handwritten digits that the project ships: 5,000 to train on and 1,000 to test with, of the
 * MNIST database (LeCun, Cortes and Burges; CC BY-SA 3.0).
 *
 * @param train_images 5000 x 1 x 28 x 28, float32 between 0 and 1
 * @param train_labels 5000, int64
 * @param test_images 1000 x 1 x 28 x 28
 * @param test_labels 1000
 */
public record Digits(
    Tensor train_images, Tensor train_labels, Tensor test_images, Tensor test_labels)
    implements AutoCloseable {

  /** Reads them from the class path. The caller closes them. */
  public static Digits load() {
    try (StateDict file = resource("mnist-6000.safetensors")) {
      return new Digits(
          pixels(file.get("train_images")),
          labels(file.get("train_labels")),
          pixels(file.get("test_images")),
          labels(file.get("test_labels")));
    }
  }

  /** A safetensors file of this package's resources; the caller closes it. */
  static StateDict resource(String name) {
    try (InputStream stream = Digits.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException(
            "the resource org/jennit/demo/" + name + " is not on the class path");
      }
      // Weight files are mapped: a resource needs a file of its own, which may go once it is
      // mapped.
      Path copy = Files.createTempFile("jennit", ".safetensors");
      try {
        AtomicFile.write(copy, part -> Files.copy(stream, part));
        return SafeTensors.read(copy);
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Tensor pixels(Tensor bytes) {
    return Scoped.tensor(
        () -> bytes.to(torch.ScalarType.Float).div(new Scalar(255.0)).unsqueeze(1));
  }

  private static Tensor labels(Tensor bytes) {
    return bytes.to(torch.ScalarType.Long);
  }

  @Override
  public void close() {
    train_images.close();
    train_labels.close();
    test_images.close();
    test_labels.close();
  }
}
