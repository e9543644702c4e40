package org.jennit.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jennit.explain.InputFormat;

/**
 * The images of some files. They outlive the scopes of the thread that read them: whoever takes the
 * batch closes it.
 *
 * @param files those that could be read
 * @param images one for each of them: channels x height x width, on the CPU
 * @param unreadable what is wrong with the others
 */
record ImageBatch(List<InputFile> files, List<Tensor> images, List<String> unreadable)
    implements AutoCloseable {

  /** Reads all files that can be read. */
  static ImageBatch read(List<InputFile> files, InputFormat format) {
    ImageBatch batch = new ImageBatch(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (InputFile file : files) {
      try (PointerScope temporaries = new PointerScope()) {
        batch.images.add(format.read(file.file()).retainReference());
        batch.files.add(file);
      } catch (IOException e) {
        batch.unreadable.add(ErrorReporter.describe(e));
      }
    }
    return batch;
  }

  @Override
  public void close() {
    images.forEach(Tensor::releaseReference);
  }
}
