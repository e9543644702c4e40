package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** A shared native rule: {@code jennit::Rule} in rule.h. Immutable and thread-safe. */
@Namespace("jennit")
@Opaque
@Properties(inherit = JennitCore.class)
public class Rule extends Pointer {
  public Rule(Pointer p) {
    super(p);
  }
}
