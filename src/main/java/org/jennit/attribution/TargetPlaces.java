package org.jennit.attribution;

import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.internal.Scoped;

/**
 * One at one place of each sample's output, zero elsewhere, in the shape and dtype of the output.
 */
final class TargetPlaces implements Weighting {
  private final long[][] places;

  /**
   * @param places one for all samples, or one for each; each has an index for every dimension of a
   *     sample's output, a negative one from the end
   */
  TargetPlaces(long[]... places) {
    if (places.length == 0 || places[0].length == 0) {
      throw new IllegalArgumentException("at least one place of at least one index is needed");
    }
    this.places = Arrays.stream(places).map(long[]::clone).toArray(long[][]::new);
    for (long[] place : places) {
      if (place.length != places[0].length) {
        throw new IllegalArgumentException(
            "places must have equally many indices, but there are "
                + Arrays.toString(places[0])
                + " and "
                + Arrays.toString(place));
      }
    }
  }

  @Override
  public Tensor apply(Tensor output) {
    long[] shape = output.shape();
    int indices = places[0].length;
    boolean batched = shape.length == indices + 1;
    if (!batched && shape.length != indices) {
      throw new JennitException(
          "a place of "
              + indices
              + " indices was given for an output of the shape "
              + Arrays.toString(shape)
              + ": give one for each dimension after the samples");
    }
    long samples = batched ? shape[0] : 1;
    if (places.length != 1 && places.length != samples) {
      throw new JennitException(
          places.length
              + " places were given for "
              + samples
              + " samples: give one, or one for each");
    }
    return Scoped.tensor(
        () -> {
          Tensor weights = torch.zeros_like(output.detach());
          for (int sample = 0; sample < samples; sample++) {
            Tensor place = batched ? weights.select(0, sample) : weights;
            for (long index : places[Math.min(sample, places.length - 1)]) {
              place = place.select(0, checked(index, place.size(0), shape));
            }
            place.fill_(new Scalar(1.0));
          }
          return weights;
        });
  }

  private static long checked(long index, long size, long[] shape) {
    if (index < -size || index >= size) {
      throw new JennitException(
          "there is no index "
              + index
              + " in a dimension of "
              + size
              + ": the output has the shape "
              + Arrays.toString(shape));
    }
    return index;
  }
}
