package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** A tree that no other thread's call runs in: {@code jennit::turns::Change} in turns.h. */
@Namespace("jennit::turns")
@Name("Change")
@Opaque
@Properties(inherit = JennitCore.class)
public class TreeChange extends Pointer {
  public TreeChange(Pointer p) {
    super(p);
  }
}
