package org.jennit.internal;

import org.bytedeco.javacpp.annotation.ByRef;
import org.bytedeco.javacpp.annotation.ByVal;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.annotation.SharedPtr;
import org.bytedeco.javacpp.annotation.StdString;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TensorVector;

/** Nodes that execute graphs: the functions of graph.h, which documents them. */
@Namespace("jennit::binding")
@Properties(inherit = JennitCore.class)
public final class Graphs {
  // Of what models warn of; native code refers to the listener weakly.
  private static final JavaFunction WARNINGS =
      JavaFunction.listener(text -> Log.warn(Graphs.class, text));

  static {
    JennitCore.load();
    WARNINGS.bind(
        half -> {
          listen_to_graphs(half);
          return null;
        });
  }

  /** Logs from now on what models warn of when they are opened and called. */
  public static void listen() {}

  private Graphs() {}

  private static native void listen_to_graphs(
      @SharedPtr("jennit::Callback") @ByVal Callback listener);

  public static native @ByVal TensorVector call_graph(
      @SharedPtr("torch::nn::Module") @ByVal Module module,
      @Const @ByRef Arguments arguments,
      @ByRef StringVector names);

  public static native boolean follows_directly(
      @SharedPtr("torch::nn::Module") @ByVal Module parent,
      @StdString String first,
      @StdString String second);

  public static native boolean is_graph_module(
      @SharedPtr("torch::nn::Module") @ByVal Module module);

  public static native @ByVal StringVector child_places(
      @SharedPtr("torch::nn::Module") @ByVal Module module);
}
