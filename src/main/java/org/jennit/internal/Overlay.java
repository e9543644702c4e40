package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** What the calls of one owner see of a tree: {@code jennit::Overlay} in overlay.h. */
@Namespace("jennit")
@Opaque
@Properties(inherit = JennitCore.class)
public class Overlay extends Pointer {
  public Overlay(Pointer p) {
    super(p);
  }
}
