package org.jennit.models;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.nn.AvgPool2d;
import org.jennit.nn.BatchNorm2d;
import org.jennit.nn.Conv2d;
import org.jennit.nn.ConvOptions;
import org.jennit.nn.Linear;
import org.jennit.nn.LoadResult;
import org.jennit.nn.MaxPool2d;
import org.jennit.nn.Module;
import org.jennit.nn.ReLU;
import org.jennit.nn.Sequential;

/**
 * DenseNet (Huang et al. 2017), as torchvision builds and initialises it. Images (N, 3, H, W), at
 * least 32 x 32, to logits (N, num_classes); 1000 classes by default.
 */
public final class DenseNet extends TorchvisionModule {
  private static final long BN_SIZE = 4;

  /** The layers of a dense layer were modules with a dot in their name. */
  private static final Pattern OLD_NAME =
      Pattern.compile(
          "(.*denselayer\\d+\\.(?:norm|relu|conv))\\."
              + "([12]\\.(?:weight|bias|running_mean|running_var))");

  private DenseNet(
      long growth_rate, long num_init_features, long num_classes, int... block_config) {
    Sequential features = new Sequential();
    features.register_module(
        "conv0",
        new Conv2d(new ConvOptions(3, num_init_features, 7).stride(2).padding(3).bias(false)));
    features.register_module("norm0", new BatchNorm2d(num_init_features));
    features.register_module("relu0", new ReLU(true));
    features.register_module("pool0", new MaxPool2d(3, 2, 1));
    long channels = num_init_features;
    for (int i = 1; i <= block_config.length; i++) {
      int layers = block_config[i - 1];
      features.register_module(
          "denseblock" + i, new DenseBlock(layers, channels, BN_SIZE, growth_rate));
      channels += layers * growth_rate;
      if (i < block_config.length) {
        features.register_module("transition" + i, transition(channels, channels / 2));
        channels /= 2;
      }
    }
    features.register_module("norm5", new BatchNorm2d(channels));
    register_module("features", features);
    register_module("classifier", new Linear(channels, num_classes));
    Initialization.kaimingFanIn(this);
    Initialization.linearWithoutBias(this);
  }

  private static Module transition(long in_channels, long out_channels) {
    Sequential transition = new Sequential();
    transition.register_module("norm", new BatchNorm2d(in_channels));
    transition.register_module("relu", new ReLU(true));
    transition.register_module(
        "conv", new Conv2d(new ConvOptions(in_channels, out_channels, 1).bias(false)));
    transition.register_module("pool", new AvgPool2d(2, 2));
    return transition;
  }

  @Override
  protected Tensor compute(Tensor... inputs) {
    Tensor pooled = torch.adaptive_avg_pool2d(call(images(inputs[0]), "features").relu(), 1, 1);
    return call(pooled.flatten(1, -1), "classifier");
  }

  /**
   * As for any module; and the names of torchvision's own files of 2017 ({@code denselayer1.norm.1}
   * for {@code denselayer1.norm1}) are taken for those of today, as torchvision does.
   */
  @Override
  public LoadResult load_state_dict(Map<String, Tensor> state, boolean strict) {
    if (state.keySet().stream().noneMatch(OLD_NAME.asMatchPredicate())) {
      return super.load_state_dict(state, strict);
    }
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    state.forEach(
        (name, tensor) -> renamed.put(OLD_NAME.matcher(name).replaceFirst("$1$2"), tensor));
    boolean bothNames = renamed.size() < state.size();
    return super.load_state_dict(bothNames ? state : renamed, strict);
  }

  /** The new model {@code densenet121} of 1000 classes. */
  public static DenseNet densenet121() {
    return densenet121(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code densenet121}.
   *
   * @param num_classes how many logits it has
   */
  public static DenseNet densenet121(long num_classes) {
    return new DenseNet(32, 64, num_classes, 6, 12, 24, 16);
  }

  /** The new model {@code densenet161} of 1000 classes. */
  public static DenseNet densenet161() {
    return densenet161(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code densenet161}.
   *
   * @param num_classes how many logits it has
   */
  public static DenseNet densenet161(long num_classes) {
    return new DenseNet(48, 96, num_classes, 6, 12, 36, 24);
  }

  /** The new model {@code densenet169} of 1000 classes. */
  public static DenseNet densenet169() {
    return densenet169(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code densenet169}.
   *
   * @param num_classes how many logits it has
   */
  public static DenseNet densenet169(long num_classes) {
    return new DenseNet(32, 64, num_classes, 6, 12, 32, 32);
  }

  /** The new model {@code densenet201} of 1000 classes. */
  public static DenseNet densenet201() {
    return densenet201(Models.NUM_CLASSES);
  }

  /**
   * The new model {@code densenet201}.
   *
   * @param num_classes how many logits it has
   */
  public static DenseNet densenet201(long num_classes) {
    return new DenseNet(32, 64, num_classes, 6, 12, 48, 32);
  }
}
