package org.jennit.explain;

import java.nio.file.Path;
import java.util.List;

/**
 * How a model is made and loaded.
 *
 * @param model an architecture of {@code org.jennit.models.Models}, {@link #DIGITS}, or a file that
 *     holds a whole model
 * @param weights a file of weights for an architecture; null for none
 * @param weightsKey the keys of the dict in a nested checkpoint that holds the weights
 * @param stripPrefix taken from the names of the weights
 * @param randomWeights whether an architecture may go without weights
 * @param numClasses outputs of an architecture; null for its own number
 * @param functionalOps whether functional operations of a TorchScript file become modules
 */
public record ModelSettings(
    String model,
    Path weights,
    List<String> weightsKey,
    List<String> stripPrefix,
    boolean randomWeights,
    Long numClasses,
    boolean functionalOps) {
  /** The network of handwritten digits, which has its weights with it. */
  public static final String DIGITS = "digits";
}
