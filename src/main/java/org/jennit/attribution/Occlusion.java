package org.jennit.attribution;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * Slides a window over the input, and gives each place the scores of the outputs that the model has
 * for the input occluded there (Zeiler and Fergus 2014). The score of a sample is the sum of its
 * {@code attr_output}; of a {@link #target} it is the output itself, and of a constant relevance
 * the sum of the outputs times that.
 *
 * <p>A window that reaches over the end of a dimension goes on at its beginning. Gradients are not
 * used: of a composite, only the canonizers take effect.
 */
public final class Occlusion extends Attributor<Occlusion> {
  private OcclusionFunction occlusion_fn = OcclusionFunctions.occlude_independent();
  private Steps window = new Steps("window", 8, null);
  private Steps stride = new Steps("stride", 8, null);

  /** Without a composite. */
  public Occlusion(Module model) {
    this(model, null);
  }

  /**
   * @param composite null for none
   */
  public Occlusion(Module model, Composite composite) {
    super(model, composite);
  }

  /** How the input is occluded; by default, all outside the window is set to zero. */
  public Occlusion occlusion_fn(OcclusionFunction function) {
    Objects.requireNonNull(function, "occlusion_fn is null");
    return with(copy -> copy.occlusion_fn = function);
  }

  /** One size for all dimensions but the first, no larger than they are; 8 by default. */
  public Occlusion window(long size) {
    return with(copy -> copy.window = new Steps("window", size, null));
  }

  /** Sizes for the last dimensions; the window is as large as the input in those before. */
  public Occlusion window(long[] sizes) {
    return with(copy -> copy.window = new Steps("window", 1, sizes.clone()));
  }

  /** One stride for all dimensions but the first, no larger than they are; 8 by default. */
  public Occlusion stride(long size) {
    return with(copy -> copy.stride = new Steps("stride", size, null));
  }

  /** Strides for the last dimensions; those before are strided by the window's size. */
  public Occlusion stride(long[] sizes) {
    return with(copy -> copy.stride = new Steps("stride", 1, sizes.clone()));
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    long[] shape = input.shape();
    long[] size = window.over(shape, shape);
    long[] step = stride.over(shape, size);
    Tensor root = torch.zeros_like(input).to(torch.ScalarType.Bool);
    Tensor corner = root;
    for (int d = 0; d < shape.length; d++) {
      corner = corner.narrow(d, 0, Math.min(size[d], shape[d]));
    }
    corner.fill_(new Scalar(1.0));
    long[] dims = LongStream.range(0, shape.length).toArray();
    Tensor result = torch.zeros_like(input);
    long[] offset = new long[shape.length];
    do {
      try (PointerScope temporaries = new PointerScope()) {
        Tensor mask = root.roll(offset, dims);
        Tensor score = score(output(occlusion_fn.apply(input, mask)), attr_output);
        result.add_(mask.mul(perSample(score, shape)));
      }
    } while (advance(offset, step, shape));
    return new Attribution(output(input), result);
  }

  private static Tensor score(Tensor output, UnaryOperator<Tensor> attr_output) {
    if (attr_output instanceof Weighting) {
      Tensor weights = OutputRelevance.of(output, attr_output);
      Tensor weighted = weights.mul(output);
      return output.dim() == 1 ? weighted.sum() : sums(weighted);
    }
    return sums(OutputRelevance.ofAnyShape(output, attr_output));
  }

  private static Tensor sums(Tensor weighted) {
    long[] values = LongStream.range(1, weighted.dim()).toArray();
    return values.length == 0 ? weighted : weighted.sum(values);
  }

  private static Tensor perSample(Tensor score, long[] shape) {
    if (score.dim() > 0 && score.numel() != shape[0]) {
      throw new JennitException(
          "attr_output gives scores for "
              + score.numel()
              + " samples, but the input has "
              + shape[0]);
    }
    long[] column = new long[shape.length];
    Arrays.fill(column, 1);
    column[0] = score.numel();
    return score.reshape(column);
  }

  /** The next place of the window, the last dimension first; false after the last one. */
  private static boolean advance(long[] offset, long[] step, long[] shape) {
    for (int d = shape.length - 1; d >= 0; d--) {
      offset[d] += step[d];
      if (offset[d] < shape[d]) {
        return true;
      }
      offset[d] = 0;
    }
    return false;
  }

  /**
   * Sizes along dimensions, as given.
   *
   * @param size for all dimensions but the first, where {@code sizes} is null
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Steps(String name, long size, long[] sizes) {
    Steps {
      for (long one : sizes == null ? new long[] {size} : sizes) {
        if (one < 1) {
          throw new IllegalArgumentException(name + " must be positive, but is " + one);
        }
      }
      if (sizes != null && sizes.length == 0) {
        throw new IllegalArgumentException(name + " needs at least one size");
      }
    }

    /** One for each dimension, those missing at the front from {@code others}. */
    long[] over(long[] shape, long[] others) {
      long[] given =
          sizes != null
              ? sizes
              : Arrays.stream(shape).skip(1).map(length -> Math.min(size, length)).toArray();
      if (given.length > shape.length) {
        throw new IllegalArgumentException(
            name
                + " has "
                + given.length
                + " sizes, but the input has "
                + shape.length
                + " dimensions");
      }
      long[] all = others.clone();
      System.arraycopy(given, 0, all, all.length - given.length, given.length);
      return all;
    }
  }
}
