package org.jennit.models;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Module;

/**
 * Layers that each see the outputs of all before them: (N, C, H, W) to (N, C + layers *
 * growth_rate, H, W).
 */
public final class DenseBlock extends TorchvisionModule {

  DenseBlock(int num_layers, long num_input_features, long bn_size, long growth_rate) {
    for (int i = 0; i < num_layers; i++) {
      register_module(
          "denselayer" + (i + 1),
          new DenseLayer(num_input_features + i * growth_rate, growth_rate, bn_size));
    }
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    List<Tensor> features = new ArrayList<>(List.of(inputs));
    for (Module layer : children()) {
      features.add(layer.forward(features.toArray(Tensor[]::new)));
    }
    return torch.cat(new TensorVector(features.toArray(Tensor[]::new)), 1);
  }
}
