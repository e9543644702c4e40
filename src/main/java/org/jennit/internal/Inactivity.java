package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** Rules that step aside for one thread: {@code jennit::Inactivity} in call_state.h. */
@Namespace("jennit")
@Opaque
@Properties(inherit = JennitCore.class)
public class Inactivity extends Pointer {
  public Inactivity(Pointer p) {
    super(p);
  }
}
