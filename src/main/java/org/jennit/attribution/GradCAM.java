package org.jennit.attribution;

import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.core.Composite;
import org.jennit.nn.Module;

/**
 * Where the channels of a layer speak for the target (Selvaraju et al. 2017, eq. 1 and 2): the
 * positive part of the sum of the layer's channels, each weighted with its mean gradient. The
 * relevance has the shape (N, 1, spatial size of the layer), or of the input where {@link
 * #upsample} is chosen.
 */
public final class GradCAM extends GradientAttributor<GradCAM> {
  private boolean upsample;

  /**
   * @param layer path of a module that is called once and answers (N, C, one to three spatial
   *     dimensions)
   */
  public GradCAM(Module model, String layer) {
    this(model, null, layer);
  }

  /**
   * @param composite null for none
   */
  public GradCAM(Module model, Composite composite, String layer) {
    super(model, composite);
    capture(List.of(Objects.requireNonNull(layer, "layer is null")));
  }

  /**
   * Whether the relevance is interpolated (bi-, tri-) linearly to the input's size; false by
   * default.
   */
  public GradCAM upsample(boolean upsample) {
    return with(copy -> copy.upsample = upsample);
  }

  @Override
  boolean takes_integers() {
    return true;
  }

  @Override
  protected Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output) {
    try (LayerCapture.Run captured = capture().start(!input.is_floating_point())) {
      Tensor output;
      Tensor activation;
      Tensor gradient;
      try (AutoGradMode recording = new AutoGradMode(true)) {
        output = outputForRelevance(differentiable(input));
        activation = only(captured);
        gradient = differentiate(output, List.of(activation), attr_output, records())[0];
      }
      long[] spatial = LongStream.range(2, activation.dim()).toArray();
      Tensor weights = gradient.mean(spatial, true, new ScalarTypeOptional());
      Tensor map =
          weights.mul(activation).sum(new long[] {1}, true, new ScalarTypeOptional()).relu();
      return new Attribution(kept(output), upsample ? resized(map, input) : map);
    }
  }

  private static Tensor only(LayerCapture.Run captured) {
    var layer = captured.tensors().entrySet().iterator().next();
    if (layer.getValue().size() != 1) {
      throw new JennitException(
          "GradCAM needs a layer with one output that is called once, but '"
              + layer.getKey()
              + "' has answered "
              + layer.getValue().size()
              + " tensors");
    }
    Tensor activation = layer.getValue().get(0);
    if (activation.dim() < 3 || activation.dim() > 5) {
      throw new JennitException(
          "GradCAM needs a layer with channels and one to three spatial dimensions, but '"
              + layer.getKey()
              + "' answers "
              + activation.dim()
              + " dimensions");
    }
    return activation;
  }

  private static Tensor resized(Tensor map, Tensor input) {
    if (input.dim() != map.dim()) {
      throw new JennitException(
          "GradCAM cannot interpolate a layer of "
              + map.dim()
              + " dimensions to an input of "
              + input.dim());
    }
    long[] size = LongStream.range(2, input.dim()).map(input::size).toArray();
    return switch (size.length) {
      case 1 -> torch.upsample_linear1d(map, size, false);
      case 2 -> torch.upsample_bilinear2d(map, size, false);
      default -> torch.upsample_trilinear3d(map, size, false);
    };
  }
}
