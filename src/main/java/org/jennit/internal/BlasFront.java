package org.jennit.internal;

import java.io.File;
import java.io.IOException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * The library of {@code native/blas}, which stands in front of OpenBLAS once it is loaded before
 * LibTorch: then LibTorch's own threads share its products of matrices. Where it cannot be loaded,
 * or LibTorch was loaded before, OpenBLAS keeps its threads.
 */
final class BlasFront {
  private BlasFront() {}

  static void load() {
    // Loads JavaCPP's own library, whose function is called here.
    Pointer.maxPhysicalBytes();
    try {
      File library = Loader.cacheResource(JennitCore.class, "linux-x86_64/libjennit_blas.so");
      if (library != null) {
        Loader.loadGlobal(library.getPath());
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      Log.warn(
          BlasFront.class, "OpenBLAS keeps threads of its own, which is slower: " + e.getMessage());
    }
  }
}
