package org.jennit.weights;

/**
 * A tensor as a pickle describes it, before any native memory is touched.
 *
 * @param conjugate whether its values are the conjugates of the stored ones
 * @param negative whether its values are the stored ones times -1
 */
record PickledTensor(StorageRef storage, Strided view, boolean conjugate, boolean negative) {
  boolean isPlain() {
    return !conjugate && !negative;
  }
}
