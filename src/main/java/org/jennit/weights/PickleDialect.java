package org.jennit.weights;

import java.io.IOException;

/** Which pickles an {@link Unpickler} reads, and what the names in them stand for. */
interface PickleDialect {
  /** As Python's pickle and torch.save write them. */
  PickleDialect PYTHON = TorchGlobals::find;

  /** What a class or function of this name does here; refused where the file may not name it. */
  TorchGlobals.Global find(TensorFile file, String module, String name) throws IOException;

  /** Whether pickles of this dialect have the opcode. */
  default boolean knows(int opcode) {
    return true;
  }

  /** Whether a call may have one argument that is no tuple. */
  default boolean takesBareArguments() {
    return false;
  }

  /** Whether only finished objects are remembered. */
  default boolean forgetsUnbuilt() {
    return false;
  }

  /** The most bytes that a storage of a file can have. */
  default long storageLimit(TensorFile file) {
    return file.size();
  }
}
