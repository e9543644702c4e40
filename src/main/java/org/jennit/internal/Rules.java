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
import org.bytedeco.pytorch.TensorVector;

/** Native rules and autograd: the functions of binding.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Rules {
  static {
    JennitCore.load();
  }

  private Rules() {}

  public static native @SharedPtr("jennit::Rule") @ByVal Rule make_rule(
      @StdString String type, @Const @ByRef Options options);

  public static native @SharedPtr("jennit::Rule") @ByVal Rule make_java_rule(
      @StdString String name, @SharedPtr("jennit::Callback") @ByVal Callback callback);

  public static native @SharedPtr("jennit::RuleScope") @ByVal RuleScope make_scope();

  public static native @SharedPtr("jennit::Inactivity") @ByVal Inactivity deactivate(
      @SharedPtr("jennit::RuleScope") @ByVal RuleScope scope);

  public static native void end(@SharedPtr("jennit::Inactivity") @ByVal Inactivity inactivity);

  public static native void set_check_finite(
      @SharedPtr("jennit::RuleScope") @ByVal RuleScope scope, boolean check);

  public static native @Cast("int64_t") long add_rule(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Rule") @ByVal Rule rule,
      @StdString String path,
      @SharedPtr("jennit::RuleScope") @ByVal RuleScope scope);

  public static native @Cast("int64_t") long add_coverage(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @SharedPtr("jennit::Callback") @ByVal Callback listener,
      @Cast("const int64_t*") long[] known,
      @Cast("int64_t") long count);

  public static native @ByVal TensorVector grad(
      @Const @ByRef TensorVector outputs,
      @Const @ByRef TensorVector inputs,
      @Const @ByRef TensorVector grad_outputs,
      boolean retain_graph,
      boolean create_graph,
      boolean allow_unused);

  public static native @ByVal TensorVector batched_gradients(
      @Const @ByRef TensorVector outputs,
      @Const @ByRef TensorVector inputs,
      @Const @ByRef TensorVector grad_outputs,
      boolean create_graph,
      boolean allow_unused);

  public static native boolean set_flush_denormal(boolean flush);
}
