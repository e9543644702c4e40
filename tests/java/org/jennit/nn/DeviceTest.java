package org.jennit.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.attribution.Gradient;
import org.jennit.composites.EpsilonAlpha2Beta1Flat;
import org.jennit.composites.EpsilonGammaBox;
import org.jennit.composites.EpsilonPlus;
import org.jennit.composites.GuidedBackprop;
import org.jennit.core.Composite;
import org.jennit.demo.DigitsNet;
import org.junit.jupiter.api.Test;

/** Modules move to the devices that are there, and say what is missing for the others. */
class DeviceTest {
  @Test
  void a_module_stays_on_the_cpu() {
    try (PointerScope scope = new PointerScope();
        Linear linear = new Linear(2, 3)) {
      linear.to(new Device("cpu"));
      assertTrue(linear.named_parameters().get("weight").is_cpu());
    }
  }

  @Test
  void without_cuda_the_error_says_what_is_missing() {
    assumeFalse(torch.cuda_is_available(), "this machine has CUDA");
    boolean built =
        torch.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch.so") != null;
    try (PointerScope scope = new PointerScope();
        Linear linear = new Linear(2, 3)) {
      for (String name : List.of("cuda", "cuda:0", "cuda:7")) {
        JennitException refused =
            assertThrows(JennitException.class, () -> linear.to(new Device(name)));
        String message = refused.getMessage();
        assertTrue(message.startsWith("cannot move Linear to CUDA: "), message);
        assertTrue(message.contains("Stay on the CPU, or "), message);
        assertEquals(!built, message.contains("build with the Maven profile gpu"), message);
        assertEquals(built, message.contains("install "), message);
      }
      assertTrue(linear.named_parameters().get("weight").is_cpu());
      assertEquals(3, linear.forward(torch.ones(1, 2)).size(1));
    }
  }

  @Test
  void a_number_beyond_the_last_device_is_named() {
    assumeTrue(torch.cuda_is_available(), "this machine has no CUDA");
    int count = torch.cuda_device_count();
    try (PointerScope scope = new PointerScope();
        Linear linear = new Linear(2, 3)) {
      JennitException refused =
          assertThrows(JennitException.class, () -> linear.to(new Device("cuda:" + count)));
      assertTrue(refused.getMessage().contains("there is no cuda:" + count), refused.getMessage());
    }
  }

  @Test
  void attributions_on_cuda_are_those_on_the_cpu() {
    assumeTrue(torch.cuda_is_available(), "this machine has no CUDA");
    try (PointerScope scope = new PointerScope();
        Module model = DigitsNet.pretrained()) {
      model.to(ScalarType.Double);
      torch.manual_seed(0);
      Tensor images = torch.rand(2, 1, 28, 28).to(ScalarType.Double);
      for (Composite composite :
          List.of(
              new EpsilonPlus(),
              new EpsilonAlpha2Beta1Flat(),
              new EpsilonGammaBox(0, 1),
              new GuidedBackprop())) {
        Tensor expected = relevance(model, composite, images, new Device("cpu"));
        Tensor found = relevance(model, composite, images, new Device("cuda:0"));
        double error = found.sub(expected).abs().max().item_double();
        double scale = expected.abs().max().item_double();
        assertTrue(error <= 1e-10 * scale, composite + ": " + error + " of " + scale);
      }
    }
  }

  private static Tensor relevance(Module model, Composite composite, Tensor images, Device device) {
    model.to(device);
    Tensor input = images.to(device, ScalarType.Double);
    try (var attribution = new Gradient(model, composite).apply(input, 4)) {
      return attribution.relevance().cpu().clone();
    }
  }
}
