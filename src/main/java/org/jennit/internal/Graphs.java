package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TensorVector;

/** Nodes that execute graphs: the functions of graph.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Graphs {
  static {
    JennitCore.load();
  }

  private Graphs() {}

  public static native void listen_to_graphs(
      @SharedPtr("jennit::Callback") @ByVal Callback listener);

  public static native @ByVal TensorVector call_graph(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @Const @ByRef Arguments arguments,
      @ByRef StringVector names);

  public static native boolean is_graph_module(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @ByVal StringVector child_places(
      @SharedPtr("torch::nn::Module") @ByVal Module module);
}
