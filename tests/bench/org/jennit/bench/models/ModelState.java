package org.jennit.bench.models;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.demo.Digits;
import org.jennit.demo.DigitsNet;
import org.jennit.models.Models;
import org.jennit.nn.Module;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One model with weights of seed 0, frozen and in evaluation mode, and its normal input. Of a model
 * of texts the resolution is the number of tokens.
 */
@State(Scope.Benchmark)
public class ModelState {
  /** GPT-2 small, which is no model of torchvision. */
  public static final String GPT2 = "gpt2";

  /** The trained network for digits, with the first test images, whatever the resolution. */
  public static final String DIGITS = "digits";

  @Param("vgg16")
  public String model;

  @Param("4")
  public int images;

  @Param("224")
  public int resolution;

  Module network;
  Tensor input;

  @Setup(Level.Trial)
  public void build() {
    Threads.set();
    torch.manual_seed(0);
    network =
        switch (model) {
          case GPT2 -> new Gpt2();
          case DIGITS -> DigitsNet.pretrained();
          default -> Models.of(model);
        };
    network.eval();
    network.requires_grad_(false);
    if (model.equals("vit_b_16")) {
      // torchvision begins with a head of zeros, of which every relevance is zero.
      network
          .get_submodule("heads.head")
          .get_parameter("weight")
          .normal_(0, 0.02, new GeneratorOptional());
    }
    input =
        switch (model) {
          case GPT2 -> torch.randn(images, resolution, Gpt2.FEATURES);
          case DIGITS -> digits();
          default -> torch.randn(images, 3, resolution, resolution);
        };
  }

  private Tensor digits() {
    try (Digits digits = Digits.load()) {
      return digits.test_images().narrow(0, 0, images).clone();
    }
  }

  @TearDown(Level.Trial)
  public void close() {
    input.close();
    network.close();
  }
}
