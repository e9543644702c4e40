package org.jennit.weights;

import java.io.IOException;

/**
 * A pickle's reference to a storage that lies outside it.
 *
 * @param key the storage's name in the file
 * @param dtype the type its elements are counted in; uint8 for untyped storages
 * @param elements how many elements the storage has
 * @param start the element where a tensor's offset of 0 lies (legacy files may refer to a part)
 */
record StorageRef(String key, DType dtype, long elements, long start) {

  /**
   * Reads a persistent id: ("storage", type, key, location, elements[, (key, start, elements)]).
   *
   * @param limit the most bytes that a storage of this file can have
   */
  static StorageRef of(TensorFile file, Object id, long limit) throws IOException {
    if (id instanceof Object[] unread
        && unread.length > 1
        && unread[1] instanceof InertGlobal unknown) {
      throw file.refuse(
          "it has a storage of the type "
              + unknown.name()
              + ", which is not read: turn quantised tensors into plain ones (dequantize) and save"
              + " it again");
    }
    if (!(id instanceof Object[] parts)
        || (parts.length != 5 && parts.length != 6)
        || !"storage".equals(parts[0])
        || !(parts[1] instanceof TorchGlobals.StorageType type)
        || !(parts[2] instanceof String key)
        || !(parts[4] instanceof Long elements)) {
      throw file.refuse(
          "its pickle refers to something other than a storage; save the state_dict() instead of"
              + " the whole module");
    }
    if (elements < 0 || elements > limit / type.dtype().bytes) {
      throw file.refuse(
          "its storage '" + key + "' would have " + elements + " elements, more than the file has");
    }
    if (parts.length == 5 || parts[5] == null) {
      return new StorageRef(key, type.dtype(), elements, 0);
    }
    if (!(parts[5] instanceof Object[] view)
        || view.length != 3
        || !(view[1] instanceof Long start)
        || !(view[2] instanceof Long length)
        || start < 0
        || length < 0
        || start > elements - length) {
      throw file.refuse("its storage '" + key + "' is viewed beyond its ends");
    }
    return new StorageRef(key, type.dtype(), elements, start);
  }

  long bytes() {
    return elements * dtype.bytes;
  }
}
