package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** What the rules of one composite share: {@code jennit::RuleScope} in rule_node.h. */
@Namespace("jennit")
@Opaque
@Properties(inherit = JennitCore.class)
public class RuleScope extends Pointer {
  public RuleScope(Pointer p) {
    super(p);
  }
}
