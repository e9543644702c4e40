package org.jennit.internal;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;

/** Says how the native core is bound, and loads it after LibTorch. */
@Properties(
    value =
        @Platform(
            include = {
              "jennit/binding.h",
              "jennit/graph.h",
              "jennit/script.h",
              "jennit/exported.h",
              "jennit/cpu_memory.h",
              "jennit/num_threads.h",
              "jennit/float32_precision.h",
              "java_callback.h"
            },
            define = {"SHARED_PTR_NAMESPACE std", "NO_JNI_DETACH_THREAD"},
            // The operators as CUDA kernels; what cannot be preloaded is left out.
            preload = "jennit_cuda",
            library = "jnijennit"))
public final class JennitCore {
  private JennitCore() {}

  private static final class Once {
    static {
      // LibTorch first: the core's needed library then resolves to the copy that is loaded.
      try {
        Loader.load(org.bytedeco.pytorch.global.torch.class);
        Loader.load(JennitCore.class);
      } catch (UnsatisfiedLinkError e) {
        throw LoadFailure.explained(e);
      }
      KeptMemory.begin();
    }

    static void load() {}
  }

  /** Loads LibTorch and the core, once. */
  public static void load() {
    Once.load();
  }
}
