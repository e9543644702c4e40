package org.jennit.models;

import org.jennit.nn.Dropout;
import org.jennit.nn.GELU;
import org.jennit.nn.Linear;
import org.jennit.nn.Sequential;

/** Two dense layers with a GELU between them: the children "0" to "4". */
public final class MLPBlock extends Sequential {

  MLPBlock(long in_dim, long mlp_dim) {
    super(
        new Linear(in_dim, mlp_dim),
        new GELU(),
        new Dropout(0),
        new Linear(mlp_dim, in_dim),
        new Dropout(0));
    Initialization.mlp(this);
  }

  @Override
  public String type_name() {
    return "MLPBlock";
  }
}
