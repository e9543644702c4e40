package org.jennit.bench.models;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
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
    boolean reads = model.equals(GPT2);
    network = reads ? new Gpt2() : Models.of(model);
    network.eval();
    network.requires_grad_(false);
    input =
        reads
            ? torch.randn(images, resolution, Gpt2.FEATURES)
            : torch.randn(images, 3, resolution, resolution);
  }

  @TearDown(Level.Trial)
  public void close() {
    input.close();
    network.close();
  }
}
