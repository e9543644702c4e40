package org.jennit.models;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.Add;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Dropout;
import org.jennit.nn.Linear;
import org.jennit.nn.LoadResult;
import org.jennit.nn.Sequential;

/**
 * Vision transformers (Dosovitskiy et al. 2021), as torchvision builds and initialises them. Images
 * (N, 3, image_size, image_size) to logits (N, num_classes); 224 pixels and 1000 classes by
 * default.
 */
public final class VisionTransformer extends TorchvisionModule {
  /** As many as {@code torch.nn.TransformerEncoder} takes here. */
  private static final long MAX_LAYERS = 10_000;

  private final long image_size;
  private final long hidden_dim;

  /**
   * @param image_size a multiple of patch_size
   * @throws IllegalArgumentException where it is not, or where there are more than 10,000 layers
   */
  public VisionTransformer(
      long image_size,
      long patch_size,
      long num_layers,
      long num_heads,
      long hidden_dim,
      long mlp_dim,
      long num_classes) {
    if (image_size <= 0 || patch_size <= 0 || image_size % patch_size != 0) {
      throw new IllegalArgumentException(
          "image_size ("
              + image_size
              + ") must be a positive multiple of patch_size ("
              + patch_size
              + ")");
    }
    if (num_layers < 0 || num_layers > MAX_LAYERS) {
      throw new IllegalArgumentException(
          "num_layers must be from 0 to " + MAX_LAYERS + ", but is " + num_layers);
    }
    this.image_size = image_size;
    this.hidden_dim = hidden_dim;
    long side = image_size / patch_size;
    register_parameter("class_token", torch.zeros(1, 1, hidden_dim));
    register_module("conv_proj", new Conv2d(3, hidden_dim, patch_size, patch_size, 0));
    register_module(
        "encoder", new Encoder(side * side + 1, num_layers, num_heads, hidden_dim, mlp_dim));
    register_module("heads", new Sequential(Map.of("head", new Linear(hidden_dim, num_classes))));
    Initialization.patches(get_submodule("conv_proj"));
    Initialization.zero(get_submodule("heads.head"));
  }

  /** The position of each patch is added by the child {@code position}; then come the blocks. */
  private static final class Encoder extends TorchvisionModule {
    Encoder(long positions, long num_layers, long num_heads, long hidden_dim, long mlp_dim) {
      register_parameter("pos_embedding", Initialization.normal(0.02, 1, positions, hidden_dim));
      register_module("dropout", new Dropout(0));
      Map<String, EncoderBlock> layers = new LinkedHashMap<>();
      for (long i = 0; i < num_layers; i++) {
        layers.put("encoder_layer_" + i, new EncoderBlock(num_heads, hidden_dim, mlp_dim));
      }
      register_module("layers", new Sequential(layers));
      register_module("ln", EncoderBlock.norm(hidden_dim));
      register_module("position", new Add());
    }

    @Override
    protected Tensor compute(Tensor... inputs) {
      Tensor placed = get_submodule("position").forward(inputs[0], get_parameter("pos_embedding"));
      return call(placed, "dropout", "layers", "ln");
    }
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor image = inputs[0];
    if (image.dim() != 4 || image.size(2) != image_size || image.size(3) != image_size) {
      throw new IllegalArgumentException(
          "the images must be (N, 3, "
              + image_size
              + ", "
              + image_size
              + "), but are "
              + java.util.Arrays.toString(image.shape()));
    }
    Tensor patches = call(image, "conv_proj").flatten(2, -1).permute(0, 2, 1);
    Tensor token = get_parameter("class_token").expand(image.size(0), -1, hidden_dim);
    Tensor sequence = torch.cat(new TensorVector(token, patches), 1);
    return call(call(sequence, "encoder").select(1, 0), "heads");
  }

  /** As for any module; files of before torchvision 0.13 name the dense layers otherwise. */
  @Override
  public LoadResult load_state_dict(Map<String, Tensor> state, boolean strict) {
    if (state.keySet().stream().noneMatch(name -> name.contains(".mlp.linear_"))) {
      return super.load_state_dict(state, strict);
    }
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) ->
            renamed.put(
                name.replace(".mlp.linear_1.", ".mlp.0.").replace(".mlp.linear_2.", ".mlp.3."),
                tensor));
    return super.load_state_dict(renamed, strict);
  }

  /** The new model {@code vit_b_16} of 1000 classes. */
  public static VisionTransformer vit_b_16() {
    return vit_b_16(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vit_b_16}: patches of 16 x 16, 12 blocks of 768 features.
   *
   * @param num_classes how many logits it has
   */
  public static VisionTransformer vit_b_16(long num_classes) {
    return new VisionTransformer(224, 16, 12, 12, 768, 3072, num_classes);
  }

  /** The new model {@code vit_b_32} of 1000 classes. */
  public static VisionTransformer vit_b_32() {
    return vit_b_32(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vit_b_32}: patches of 32 x 32, 12 blocks of 768 features.
   *
   * @param num_classes how many logits it has
   */
  public static VisionTransformer vit_b_32(long num_classes) {
    return new VisionTransformer(224, 32, 12, 12, 768, 3072, num_classes);
  }

  /** The new model {@code vit_l_16} of 1000 classes. */
  public static VisionTransformer vit_l_16() {
    return vit_l_16(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code vit_l_16}: patches of 16 x 16, 24 blocks of 1024 features.
   *
   * @param num_classes how many logits it has
   */
  public static VisionTransformer vit_l_16(long num_classes) {
    return new VisionTransformer(224, 16, 24, 16, 1024, 4096, num_classes);
  }
}
