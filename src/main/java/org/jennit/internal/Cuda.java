package org.jennit.internal;

import org.bytedeco.pytorch.CUDAHooksInterface;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Why CUDA is not to be had, for messages. Thread-safe. */
public final class Cuda {
  private static final String LIBRARIES =
      "install CUDA 13.1 with cuDNN 9 and NCCL 2 in /usr/local/cuda, or name their folders in"
          + " LD_LIBRARY_PATH";

  private Cuda() {}

  /** What is missing for a device, and what to do; empty where nothing is, or it is no CUDA one. */
  public static String missing(Device device) {
    JennitCore.load();
    if (!device.is_cuda()) {
      return "";
    }
    int count = torch.cuda_device_count();
    if (count > Math.max(device.index(), 0)) {
      return "";
    }
    if (count > 0) {
      return "there is no cuda:" + device.index() + ", the last one is cuda:" + (count - 1);
    }
    if (!isBuilt()) {
      return "this build of LibTorch is for the CPU alone. Stay on the CPU, or build with the Maven"
          + " profile gpu";
    }
    // Its hooks come with LibTorch's CUDA library.
    CUDAHooksInterface hooks = torch.getCUDAHooks();
    return hooks.hasCUDART()
        ? "no GPU was found. Stay on the CPU, or install NVIDIA's driver for CUDA 13.1"
        : "LibTorch's CUDA libraries could not be loaded. Stay on the CPU, or " + LIBRARIES;
  }

  /** The error for a LibTorch that did not load: its build for CUDA needs CUDA's libraries too. */
  static UnsatisfiedLinkError explained(UnsatisfiedLinkError error) {
    if (!isBuilt()) {
      return error;
    }
    Throwable reason = error.getCause() == null ? error : error.getCause();
    var explained =
        new UnsatisfiedLinkError(
            "this build of LibTorch is for CUDA and did not load ("
                + reason.getMessage()
                + "): "
                + LIBRARIES
                + "; or build without the Maven profile gpu");
    explained.initCause(error);
    return explained;
  }

  private static boolean isBuilt() {
    return Cuda.class.getResource("/org/bytedeco/pytorch/linux-x86_64-gpu/libtorch_cuda.so")
        != null;
  }
}
