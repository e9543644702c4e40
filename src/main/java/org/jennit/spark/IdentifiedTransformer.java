package org.jennit.spark;

import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;

/** A transformer that knows its identity before its parameters are made, which ask for it. */
public abstract sealed class IdentifiedTransformer extends Transformer permits ColumnParams {
  private static final long serialVersionUID = 1;

  private final String uid;

  IdentifiedTransformer(String uid) {
    this.uid = uid;
  }

  @Override
  public final String uid() {
    return uid;
  }

  final <T> Explainer with(Param<T> param, T value) {
    set(param, value);
    return (Explainer) this;
  }

  /** The value that was given, or null. */
  final <T> T given(Param<T> param) {
    return isDefined(param) ? $(param) : null;
  }
}
