package org.jennit.explain;

import static org.jennit.explain.SettingException.refuse;

import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.internal.JennitCore;

/** The device and dtype of one model, and the seed of what is random. */
public record Compute(String device, ScalarType dtype, long seed) {
  private static final String DEVICES = "cpu|cuda(:\\d{1,2})?";

  /**
   * Does not look whether there is such a device.
   *
   * @throws SettingException where the name is none of a device
   */
  public Compute {
    requireDevice(device);
    Objects.requireNonNull(dtype, "dtype is null");
  }

  /**
   * Loads native code, and looks whether there is such a device.
   *
   * @throws SettingException where there is not
   */
  public static Compute of(ComputeSettings settings) {
    Objects.requireNonNull(settings, "settings is null");
    requireDevice(settings.device());
    JennitCore.load();
    refuse(
        settings.device().startsWith("cuda") && !torch.cuda_is_available(),
        "device",
        "this machine, or this build of LibTorch, has no CUDA device; use cpu");
    ScalarType dtype =
        settings.dtype() == ComputeSettings.Precision.float64
            ? ScalarType.Double
            : ScalarType.Float;
    return new Compute(settings.device(), dtype, settings.seed());
  }

  /**
   * Looks whether a device's name is one, without native code.
   *
   * @throws SettingException where it is not
   */
  public static void requireDevice(String device) {
    Objects.requireNonNull(device, "device is null");
    refuse(
        !device.matches(DEVICES),
        "device",
        "there is no device '" + device + "'; there are cpu, cuda, cuda:N");
  }

  /** A tensor's counterpart in this dtype, on this device. */
  public Tensor place(Tensor tensor) {
    return device.equals("cpu") ? tensor.to(dtype) : tensor.to(new Device(device), dtype);
  }

  /** The generator of random numbers as this computation starts with it. */
  public void reseed() {
    torch.manual_seed(seed);
  }
}
