package org.jennit.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.StringTensorDictItem;
import org.bytedeco.pytorch.StringTensorDictItemVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;

/** Parameters and buffers by name, out of a module and into it. */
final class ModuleState {
  private static final Set<ScalarType> DTYPES =
      EnumSet.of(
          ScalarType.Half,
          ScalarType.BFloat16,
          ScalarType.Float,
          ScalarType.Double,
          ScalarType.ComplexFloat,
          ScalarType.ComplexDouble);

  private static final String BATCH_COUNTER = "num_batches_tracked";
  private static final long BATCH_COUNTER_VERSION = 2;
  private static final Set<String> NORMS =
      Set.of(
          "BatchNorm1d",
          "BatchNorm2d",
          "BatchNorm3d",
          "InstanceNorm1d",
          "InstanceNorm2d",
          "InstanceNorm3d");

  private ModuleState() {}

  static Map<String, Tensor> entries(StringTensorDict dict) {
    Map<String, Tensor> entries = new LinkedHashMap<>();
    try (dict;
        StringTensorDictItemVector items = dict.items()) {
      for (long i = 0; i < items.size(); i++) {
        StringTensorDictItem item = items.get(i);
        Tensor tensor = item.access();
        if (tensor.defined()) {
          try (BytePointer name = item.key()) {
            entries.put(name.getString(), new Tensor(tensor));
          }
        }
      }
    }
    return entries;
  }

  /**
   * The entries of a module and of all below it by path; a module that stands twice gives its own
   * once.
   */
  static Map<String, Tensor> below(Module root, Function<Module, Map<String, Tensor>> own) {
    Map<String, Tensor> entries = new LinkedHashMap<>();
    root.named_modules()
        .forEach(
            (path, module) ->
                own.apply(module)
                    .forEach(
                        (name, tensor) ->
                            entries.put(path.isEmpty() ? name : path + "." + name, tensor)));
    return entries;
  }

  /** Gives floating point parameters and buffers another dtype; counters stay integers. */
  static void convert(Module module, ScalarType dtype) {
    // Before anything is changed: LibTorch would find out in the middle of the tree.
    if (!DTYPES.contains(dtype.intern())) {
      throw new IllegalArgumentException(
          "a module's floating point parameters cannot become "
              + dtype.intern()
              + "; they can be one of "
              + DTYPES);
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      state_dict(module)
          .values()
          .forEach(
              tensor -> {
                if (tensor.is_floating_point()) {
                  tensor.set_data(tensor.to(dtype));
                }
              });
    }
  }

  /** Gives parameters and buffers of images, or of volumes, another order of memory. */
  static void order(Module module, MemoryFormat format) {
    Set<Long> dimensions =
        switch (format.intern()) {
          case ChannelsLast -> Set.of(4L);
          case ChannelsLast3d -> Set.of(5L);
          case Contiguous -> Set.of(4L, 5L);
          default ->
              throw new IllegalArgumentException(
                  "a module's parameters cannot be brought into the order "
                      + format.intern()
                      + ": ask for ChannelsLast, ChannelsLast3d or Contiguous");
        };
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      // Not contiguous(): kernels of one pixel count as channels_last, whatever their strides.
      MemoryFormatOptional order = new MemoryFormatOptional(format);
      state_dict(module)
          .values()
          .forEach(
              tensor -> {
                if (dimensions.contains(tensor.dim())) {
                  tensor.set_data(tensor.clone(order));
                }
              });
    }
  }

  /**
   * Each module's own parameters, its own buffers, then its children, as Python's torch orders
   * them.
   */
  static Map<String, Tensor> state_dict(Module module) {
    Map<String, Tensor> state = new LinkedHashMap<>();
    collect("", module, state);
    return state;
  }

  private static void collect(String prefix, Module module, Map<String, Tensor> state) {
    module.named_parameters(false).forEach((name, tensor) -> state.put(prefix + name, tensor));
    module.named_buffers(false).forEach((name, tensor) -> state.put(prefix + name, tensor));
    module.named_children().forEach((name, child) -> collect(prefix + name + ".", child, state));
  }

  static LoadResult load(Module module, Map<String, Tensor> state, boolean strict) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard unrecorded = new NoGradGuard()) {
      Map<String, Tensor> own = state_dict(module);
      List<String> missing = new ArrayList<>(own.keySet());
      missing.removeAll(state.keySet());
      missing.removeIf(name -> isYoungerCounter(module, name, state));
      List<String> unexpected = new ArrayList<>(state.keySet());
      unexpected.removeAll(own.keySet());
      List<String> misshapen = new ArrayList<>();
      own.forEach(
          (name, tensor) -> {
            Tensor given = state.get(name);
            if (given != null
                && !Arrays.equals(given.shape(), tensor.shape())
                && !isOldScalar(given, tensor)) {
              misshapen.add(
                  name
                      + " is "
                      + Arrays.toString(given.shape())
                      + " where the module has "
                      + Arrays.toString(tensor.shape()));
            }
          });
      refuse(module, strict ? missing : List.of(), strict ? unexpected : List.of(), misshapen);
      own.forEach(
          (name, tensor) -> {
            Tensor given = state.get(name);
            if (given != null) {
              tensor.copy_(isOldScalar(given, tensor) ? given.select(0, 0) : given);
            }
          });
      return new LoadResult(missing, unexpected);
    }
  }

  /**
   * Whether a batch or instance norm's count of batches is missing because its state was saved
   * before version 2 of its class, which has it; the module's own stays then.
   */
  private static boolean isYoungerCounter(Module root, String name, Map<String, Tensor> state) {
    int end = Math.max(0, name.lastIndexOf('.'));
    if (!name.substring(end == 0 ? 0 : end + 1).equals(BATCH_COUNTER)) {
      return false;
    }
    String path = name.substring(0, end);
    return NORMS.contains(root.get_submodule(path).type_name())
        && (!(state instanceof VersionedState versioned)
            || versioned.version(path).orElse(0) < BATCH_COUNTER_VERSION);
  }

  /** PyTorch before 0.4 had no tensors without dimensions: it saved them as [1]. */
  private static boolean isOldScalar(Tensor given, Tensor own) {
    return own.dim() == 0 && given.dim() == 1 && given.size(0) == 1;
  }

  private static void refuse(
      Module module, List<String> missing, List<String> unexpected, List<String> misshapen) {
    StringBuilder reasons = new StringBuilder();
    append(reasons, "missing", missing);
    append(reasons, "unexpected", unexpected);
    append(reasons, "of another shape", misshapen);
    if (!reasons.isEmpty()) {
      throw new JennitException(
          "the state_dict does not fit " + module.type_name() + "; nothing was loaded." + reasons);
    }
  }

  private static void append(StringBuilder reasons, String what, List<String> names) {
    if (!names.isEmpty()) {
      reasons
          .append(" Names ")
          .append(what)
          .append(": ")
          .append(String.join(", ", names))
          .append('.');
    }
  }
}
