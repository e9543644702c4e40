package org.jennit.explain;

import org.bytedeco.pytorch.Tensor;

/**
 * The relevance of one sample for one target, at the input or at one layer. Its tensors are on the
 * CPU and belong to whoever made it, unless they are retained.
 *
 * @param sample the place of the image in its batch
 * @param image what the model took, channels x height x width
 * @param picture what the model saw, height x width x 3 bytes
 * @param layer the path of the layer; empty for the input
 * @param call of the layer, 1 for the first
 * @param target what was asked for
 * @param index the output that this is for this sample
 * @param label the name of that output
 * @param score the value of that output
 * @param relevance of one sample: without the dimension that counts
 */
public record Result(
    int sample,
    Tensor image,
    Tensor picture,
    String layer,
    int call,
    Target target,
    int index,
    String label,
    double score,
    Tensor relevance)
    implements AutoCloseable {

  /** Keeps the tensors beyond the scope that they were made in, until this is closed. */
  public void retain() {
    image.retainReference();
    picture.retainReference();
    relevance.retainReference();
  }

  /** Lets go of what {@link #retain} kept; once for each call of it. */
  @Override
  public void close() {
    image.releaseReference();
    picture.releaseReference();
    relevance.releaseReference();
  }
}
