package org.jennit.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The pickles in TorchScript files, as LibTorch's own reader takes them: its opcodes, its
 * functions, and classes of the file's code. What it takes no longer or at its peril (sparse
 * tensors, tables of tensors) is refused.
 */
final class ScriptDialect implements PickleDialect {
  private static final String OPCODES = "}])(NJKMGXtelduqrhjcRQbs.";
  private static final Set<Integer> KNOWN =
      new HashSet<>(Set.of(0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a));

  /** Quantised elements, by the type that has their size. */
  private static final Map<String, DType> QUANTISED =
      Map.of(
          "QInt8Storage", DType.INT8,
          "QUInt8Storage", DType.UINT8,
          "QUInt4x2Storage", DType.UINT8,
          "QUInt2x4Storage", DType.UINT8,
          "QInt32Storage", DType.INT32);

  private static final Map<String, TorchGlobals.Global> KNOWN_GLOBALS = new HashMap<>();

  static {
    OPCODES.chars().forEach(KNOWN::add);
    KNOWN_GLOBALS.put("collections.OrderedDict", arguments -> new PickledDict());
    KNOWN_GLOBALS.put("builtins.complex", TorchGlobals::first);
    KNOWN_GLOBALS.put("torch.device", TorchGlobals::first);
    KNOWN_GLOBALS.put("torch._utils._rebuild_tensor_v2", TorchGlobals::tensorV2);
    KNOWN_GLOBALS.put("torch._utils._rebuild_qtensor", ScriptDialect::quantised);
    for (String list : new String[] {"int", "tensor", "double", "bool"}) {
      KNOWN_GLOBALS.put("torch.jit._pickle.build_" + list + "list", ScriptDialect::list);
    }
    KNOWN_GLOBALS.put("torch.jit._pickle.restore_type_tag", ScriptDialect::typed);
    QUANTISED.forEach(
        (name, dtype) -> KNOWN_GLOBALS.put("torch." + name, new TorchGlobals.StorageType(dtype)));
    for (DType dtype : DType.values()) {
      if (dtype.storageName != null) {
        KNOWN_GLOBALS.put("torch." + dtype.storageName, new TorchGlobals.StorageType(dtype));
      }
    }
    for (String scheme :
        new String[] {
          "per_tensor_affine",
          "per_channel_affine",
          "per_tensor_symmetric",
          "per_channel_symmetric",
          "per_channel_affine_float_qparams"
        }) {
      KNOWN_GLOBALS.put("torch." + scheme, TorchGlobals.MENTIONED);
    }
  }

  @Override
  public TorchGlobals.Global find(TensorFile file, String module, String name) throws IOException {
    String path = module + "." + name;
    TorchGlobals.Global known = KNOWN_GLOBALS.get(path);
    if (known != null) {
      return known;
    }
    if (!module.startsWith("__torch__")) {
      throw file.refuse(
          "it asks for '" + path + "', which no TorchScript file by this PyTorch or before needs");
    }
    return new InertGlobal(path);
  }

  @Override
  public boolean knows(int opcode) {
    return KNOWN.contains(opcode);
  }

  @Override
  public boolean takesBareArguments() {
    return true;
  }

  @Override
  public boolean forgetsUnbuilt() {
    return true;
  }

  @Override
  public long storageLimit(TensorFile file) {
    return Long.MAX_VALUE; // entries may be compressed: their lengths are compared later
  }

  /** Arguments: storage, offset, sizes, strides, quantiser, whether it needs a gradient, hooks. */
  private static Object quantised(Object[] arguments) {
    return arguments.length == 7
            && arguments[4] instanceof Object[] quantiser
            && quantiser.length > 2
        ? TorchGlobals.tensorV2(Arrays.copyOf(arguments, 6))
        : null;
  }

  private static Object list(Object[] arguments) {
    return arguments.length == 1 && arguments[0] instanceof ArrayList ? arguments[0] : null;
  }

  /** A list or dict, and the text of its type. */
  private static Object typed(Object[] arguments) {
    return arguments.length == 2
            && (arguments[0] instanceof ArrayList || arguments[0] instanceof PickledDict)
            && arguments[1] instanceof String type
            && !ScriptSource.isTooDeep(type)
        ? arguments[0]
        : null;
  }
}
