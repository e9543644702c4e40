package org.jennit.attribution;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;

/** A relevance of the output that says how much each output counts, whatever its value. */
interface Weighting extends UnaryOperator<Tensor> {}
