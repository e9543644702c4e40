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
              "jennit/process_end.h",
              "java_callback.h",
              "make_room.h"
            },
            define = {"SHARED_PTR_NAMESPACE std", "NO_JNI_DETACH_THREAD"},
            // The operators as CUDA kernels; what cannot be preloaded is left out.
            preload = "jennit_cuda",
            library = "jnijennit"))
public final class JennitCore {
  private static final String LOADER = "jennit.loader";

  private JennitCore() {}

  private static final class Once {
    static {
      claimProcess();
      // LibTorch first: the core's needed library then resolves to the copy that is loaded.
      try (LoadLock lock = LoadLock.take()) {
        Loader.load(org.bytedeco.pytorch.global.torch.class);
        Loader.load(JennitCore.class);
      } catch (UnsatisfiedLinkError e) {
        throw LoadFailure.explained(e);
      }
      ThreadCount.follow_num_threads();
      KeptMemory.begin();
      ProcessEnd.begin();
    }

    /**
     * LibTorch takes the names of operators once in a process, and ends it at the second time:
     * another class loader is refused before.
     */
    private static void claimProcess() {
      ClassLoader loader = JennitCore.class.getClassLoader();
      String name = loader.getName() == null ? "" : " '" + loader.getName() + "'";
      Object other = System.getProperties().putIfAbsent(LOADER, loader + name);
      if (other != null) {
        throw new UnsatisfiedLinkError(
            "Jennit was loaded before in this process, by the class loader "
                + other
                + ", and its native code can be loaded once only: put Jennit and LibTorch's binding"
                + " where all applications share them, such as the server's own lib folder, or"
                + " restart the process");
      }
    }

    static void load() {}
  }

  /**
   * Loads LibTorch and the core, once.
   *
   * @throws UnsatisfiedLinkError where they do not load, or another class loader has loaded them
   */
  public static void load() {
    Once.load();
  }
}
