package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The native module tree: the functions of binding.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Tree {
  static {
    JennitCore.load();
  }

  private Tree() {}

  public static native @SharedPtr("torch::nn::Module") @ByVal Module make_layer(
      @StdString String type, @Const @ByRef Options options);

  public static native @SharedPtr("torch::nn::Module") @ByVal Module make_java_module(
      @StdString String type, @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @Cast("int64_t") long node_id(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @SharedPtr("torch::nn::Module") @ByVal Module unroll(
      @SharedPtr("torch::nn::Module") @ByVal Module recurrent);

  public static native @SharedPtr("torch::nn::Module") @ByVal Module explicit_attention(
      @SharedPtr("torch::nn::Module") @ByVal Module attention);

  public static native @StdString String type_name(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @StdString String extra_repr(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @ByVal StringVector child_names(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @SharedPtr("torch::nn::Module") @ByVal Module child(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @StdString String name);

  public static native double eps(@SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @Cast("int64_t") long hook_count(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native void register_module(
      @SharedPtr("torch::nn::Module") @ByVal Module parent,
      @StdString String name,
      @SharedPtr("torch::nn::Module") @ByVal Module child);

  public static native void replace_module(
      @SharedPtr("torch::nn::Module") @ByVal Module parent,
      @StdString String name,
      @SharedPtr("torch::nn::Module") @ByVal Module child);

  public static native void unregister_module(
      @SharedPtr("torch::nn::Module") @ByVal Module parent, @StdString String name);

  public static native @Cast("int64_t") long add_forward_pre_hook(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @Cast("int64_t") long add_forward_hook(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @Cast("int64_t") long add_full_backward_hook(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @Cast("int64_t") long add_forward(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @Cast("int64_t") long add_identity(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @Cast("int64_t") long add_merged_identity(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @Cast("int64_t") long add_parameter(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @StdString String name,
      @Const @ByRef Tensor value,
      @Const @ByRef TensorVector sources);

  public static native void remove(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @Cast("int64_t") long id);

  public static native void override_forward(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native void restore_forward(@SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native boolean is_overridden(@SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @ByVal Tensor parameter(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @StdString String name);

  public static native @ByVal Tensor call_one(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @Const @ByRef Tensor input);

  public static native @ByVal TensorVector call(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @Const @ByRef TensorVector inputs);

  public static native @ByVal TensorVector forward_without_hooks(
      @SharedPtr("torch::nn::Module") @ByVal Module module, @Const @ByRef TensorVector inputs);

  public static native @ByVal TensorVector forward_with(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @Const @ByRef TensorVector inputs,
      @Const @ByRef StringVector names,
      @Const @ByRef TensorVector parameters);
}
