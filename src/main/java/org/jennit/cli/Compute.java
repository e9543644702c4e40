package org.jennit.cli;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.core.Threads;
import org.jennit.internal.JennitCore;
import picocli.CommandLine.Model.CommandSpec;

/** The device and dtype of one command. */
record Compute(String device, ScalarType dtype, long seed) {
  private static final String DEVICES = "cpu|cuda(:\\d{1,2})?";

  /** Checks the options, and sets the number of threads. */
  static Compute of(ComputeOptions options, CommandSpec spec) {
    if (!options.device.matches(DEVICES)) {
      throw Usage.wrong(
          spec,
          "--device: there is no device '" + options.device + "'; there are cpu, cuda, cuda:N");
    }
    if (options.threads != null && options.threads < 1) {
      throw Usage.wrong(spec, "--threads must be at least 1, but is " + options.threads);
    }
    JennitCore.load();
    if (options.device.startsWith("cuda") && !torch.cuda_is_available()) {
      throw Usage.wrong(
          spec,
          "--device: this machine, or this build of LibTorch, has no CUDA device; use --device"
              + " cpu");
    }
    if (options.threads != null) {
      Threads.set_num_threads(options.threads);
    }
    ScalarType dtype =
        options.dtype == ComputeOptions.Precision.float64 ? ScalarType.Double : ScalarType.Float;
    return new Compute(options.device, dtype, options.seed);
  }

  /** A tensor's counterpart in this dtype, on this device. */
  Tensor place(Tensor tensor) {
    return device.equals("cpu") ? tensor.to(dtype) : tensor.to(new Device(device), dtype);
  }

  /** The generator of random numbers as this command starts with it. */
  void reseed(long offset) {
    torch.manual_seed(seed + offset);
  }
}
