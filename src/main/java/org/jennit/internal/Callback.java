package org.jennit.internal;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.annotation.Namespace;
import org.bytedeco.javacpp.annotation.Opaque;
import org.bytedeco.javacpp.annotation.Properties;

/** The native half of a {@link JavaFunction}: {@code jennit::Callback} in callback.h. */
@Namespace("jennit")
@Opaque
@Properties(inherit = JennitCore.class)
public class Callback extends Pointer {
  public Callback(Pointer p) {
    super(p);
  }
}
