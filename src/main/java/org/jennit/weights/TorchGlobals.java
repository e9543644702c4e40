package org.jennit.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The globals that tensors and plain values are made of. Each stands for a small Java function that
 * arranges its arguments; none imports or runs anything of Python. Whatever is absent here stays
 * inert: an {@link InertGlobal}, or refused where it is one of the {@link ForbiddenGlobals}.
 */
final class TorchGlobals {
  static final Object[] NO_ARGUMENTS = {};

  /** A global as a value: {@code build} is what a call of it makes of its arguments. */
  interface Global {
    /** Null if the arguments do not fit. */
    Object arrange(Object[] arguments);

    default Object build(TensorFile file, Object[] arguments) throws IOException {
      Object built = arrange(arguments);
      if (built == null) {
        throw file.refuse(
            "its pickle builds a value from arguments that do not fit; it is damaged");
      }
      return built;
    }
  }

  /** A class or constant that is mentioned but never called. */
  static final Global MENTIONED = arguments -> null;

  record StorageType(DType dtype) implements Global {
    @Override
    public Object arrange(Object[] arguments) {
      return null;
    }
  }

  private record Constant(DType dtype) implements Global {
    @Override
    public Object arrange(Object[] arguments) {
      return null;
    }
  }

  private static final String FROM_TYPE = "torch._tensor._rebuild_from_type_v2";
  private static final Map<String, Global> ALLOWED = new HashMap<>();

  static {
    ALLOWED.put("collections.OrderedDict", TorchGlobals::dict);
    ALLOWED.put("collections.Counter", TorchGlobals::dict);
    ALLOWED.put("collections.defaultdict", a -> new PickledDict());
    ALLOWED.put("torch._utils._rebuild_tensor", a -> a.length == 4 ? tensor(a, null, null) : null);
    ALLOWED.put("torch._utils._rebuild_tensor_v2", TorchGlobals::tensorV2);
    ALLOWED.put("torch._utils._rebuild_tensor_v3", TorchGlobals::tensorV3);
    ALLOWED.put("torch._utils._rebuild_parameter", TorchGlobals::firstTensor);
    ALLOWED.put("torch._utils._rebuild_parameter_with_state", TorchGlobals::firstTensor);
    ALLOWED.put(FROM_TYPE, TorchGlobals::fromType);
    ALLOWED.put("torch.Tensor", MENTIONED);
    ALLOWED.put("torch.nn.parameter.Parameter", TorchGlobals::firstTensor);
    ALLOWED.put("torch.autograd.variable.Variable", TorchGlobals::firstTensor);
    ALLOWED.put("torch.Size", TorchGlobals::size);
    ALLOWED.put("torch.device", TorchGlobals::first);
    ALLOWED.put("torch.serialization._get_layout", TorchGlobals::first);
    ALLOWED.put("_codecs.encode", TorchGlobals::first);
    for (String builtins : new String[] {"builtins", "__builtin__"}) {
      ALLOWED.put(builtins + ".set", TorchGlobals::first);
      ALLOWED.put(builtins + ".complex", TorchGlobals::first);
      ALLOWED.put(builtins + ".bytearray", TorchGlobals::first);
    }
    for (DType dtype : DType.values()) {
      ALLOWED.put("torch." + dtype.torchName, new Constant(dtype));
      if (dtype.storageName != null) {
        ALLOWED.put("torch." + dtype.storageName, new StorageType(dtype));
        ALLOWED.put("torch.cuda." + dtype.storageName, new StorageType(dtype));
      }
    }
    ALLOWED.put("torch.storage.UntypedStorage", new StorageType(DType.UINT8));
    ALLOWED.put("torch.storage._UntypedStorage", new StorageType(DType.UINT8));
  }

  private TorchGlobals() {}

  static Global find(TensorFile file, String module, String name) throws IOException {
    String path = module + "." + name;
    if (ForbiddenGlobals.contains(module, name)) {
      throw file.refuse(
          "its pickle asks for '"
              + path
              + "', which could run code in Python and which no weights need: somebody may have"
              + " tampered with it. Nothing of it was run; get the file from its author again");
    }
    Global global = ALLOWED.get(path);
    return global == null ? new InertGlobal(path) : global;
  }

  static Object dict(Object[] arguments) {
    if (arguments.length == 0) {
      return new PickledDict();
    }
    Object items = arguments.length == 1 ? arguments[0] : null;
    return items instanceof ArrayList<?> pairs
        ? dictOf(pairs)
        : items instanceof Map ? items : null;
  }

  /**
   * Python 2 pickles an OrderedDict as a list of [key, value]. The list is used up: taking it again
   * and again would need memory that the pickle's length does not bound.
   */
  private static Object dictOf(List<?> pairs) {
    PickledDict dict = new PickledDict();
    for (Object pair : pairs) {
      if (!(pair instanceof List<?> items)
          || items.size() != 2
          || !(items.get(0) instanceof String)) {
        return null;
      }
      dict.put(items.get(0), items.get(1));
    }
    pairs.clear();
    return dict;
  }

  static Object tensorV2(Object[] arguments) {
    return switch (arguments.length) {
      case 6 -> tensor(arguments, null, null);
      case 7 -> tensor(arguments, null, arguments[6]);
      default -> null;
    };
  }

  private static Object tensorV3(Object[] arguments) {
    boolean fits = arguments.length == 7 || arguments.length == 8;
    return fits && arguments[6] instanceof Constant type
        ? tensor(arguments, type.dtype(), arguments.length == 8 ? arguments[7] : null)
        : null;
  }

  /** Arguments start with: storage, offset, sizes, strides. */
  private static Object tensor(Object[] arguments, DType dtype, Object metadata) {
    long[] sizes = longs(arguments[2]);
    long[] strides = longs(arguments[3]);
    Map<?, ?> flags = metadata instanceof Map<?, ?> map ? map : Map.of();
    if (!(arguments[0] instanceof StorageRef storage)
        || !(arguments[1] instanceof Long offset)
        || sizes == null
        || strides == null) {
      return null;
    }
    DType type = dtype == null ? storage.dtype() : dtype;
    Strided view = new Strided(type, offset + storage.start(), sizes, strides);
    boolean conjugate = Boolean.TRUE.equals(flags.get("conj"));
    return new PickledTensor(storage, view, conjugate, Boolean.TRUE.equals(flags.get("neg")));
  }

  private static long[] longs(Object tuple) {
    return tuple instanceof Object[] items
            && items.length <= Strided.MAX_DIMENSIONS
            && Arrays.stream(items).allMatch(Long.class::isInstance)
        ? Arrays.stream(items).mapToLong(Long.class::cast).toArray()
        : null;
  }

  /**
   * A parameter is its data: whether it needs a gradient is up to the module that it is loaded
   * into.
   */
  private static Object firstTensor(Object[] arguments) {
    boolean fits =
        arguments.length > 0
            && (arguments[0] instanceof PickledTensor || arguments[0] instanceof InertObject);
    return fits ? arguments[0] : null;
  }

  /**
   * A tensor of a class of its own, or with attributes set from Python, both of which are dropped:
   * function, type, arguments, state. Its function may not be this one again: a nest of them could
   * overflow Java's stack.
   */
  private static Object fromType(Object[] arguments) {
    return arguments.length == 4
            && arguments[0] instanceof Global rebuild
            && rebuild != ALLOWED.get(FROM_TYPE)
            && arguments[1] instanceof Global
            && arguments[2] instanceof Object[] inner
        ? firstTensor(new Object[] {rebuild.arrange(inner)})
        : null;
  }

  private static Object size(Object[] arguments) {
    return arguments.length == 1 && arguments[0] instanceof Object[] ? arguments[0] : null;
  }

  /** For values that nothing here looks into (devices, sets, bytes): their content will do. */
  static Object first(Object[] arguments) {
    return arguments.length > 0 ? arguments[0] : null;
  }
}
