package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.pytorch.Module;

/**
 * What calls see of a tree, and when it may change: the functions of binding.h, which documents
 * them.
 */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Overlays {
  static {
    JennitCore.load();
  }

  private Overlays() {}

  public static native @SharedPtr("jennit::Overlay") @ByVal Overlay make_overlay();

  public static native @SharedPtr("jennit::Overlay") @ByVal Overlay copy_overlay(
      @SharedPtr("jennit::Overlay") @ByVal Overlay overlay);

  public static native void keep(
      @SharedPtr("jennit::Overlay") @ByVal Overlay overlay,
      @SharedPtr("jennit::Callback") @ByVal Callback keeper);

  public static native @Cast("int64_t") long overlay_id(
      @SharedPtr("jennit::Overlay") @ByVal Overlay overlay);

  public static native @Cast("int64_t") long seen_overlay();

  public static native void enter(
      @SharedPtr("jennit::Overlay") @ByVal Overlay overlay, boolean building, boolean check_finite);

  public static native void enter_without(
      @Cast("const int64_t*") long[] hidden, @Cast("int64_t") long count);

  public static native void enter_tree();

  public static native void enter_relevance_alone();

  public static native void leave();

  public static native @SharedPtr("jennit::turns::Change") @ByVal TreeChange begin_change(
      @SharedPtr("torch::nn::Module") @ByVal Module tree);
}
