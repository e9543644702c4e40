package org.jennit.nn;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.jennit.internal.Boundary;
import org.jennit.internal.Cuda;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.NativeMemory;
import org.jennit.internal.Tensors;
import org.jennit.internal.Tree;

/**
 * A node of the module tree. Children, parameters and buffers are those of the native {@code
 * torch::nn::Module} that this object owns; names and order are torch's.
 *
 * <p>A module of one's own extends this class, registers its children and parameters in its
 * constructor and implements {@link #compute}. It then stands wherever a native layer does. Callers
 * use {@link #forward}, which runs the hooks around it, as calling a module does in Python.
 *
 * <p>The tree keeps Java objects as they are: {@code children()} answers the very objects that were
 * registered.
 *
 * <p>Thread-safety: any number of threads may call {@link #forward} at once, also while hooks come
 * and go. Composites are registered between calls: see {@link org.jennit.core.Composite}. Changing
 * the tree or its parameters by hand is for one thread while none calls.
 *
 * <p>Lifetime: {@link #close} frees this module and all below it; an unreachable tree is freed by
 * the garbage collector. Every method but {@code close} throws IllegalStateException on a closed
 * module.
 */
public abstract class Module implements AutoCloseable {
  private final Handle handle;
  // Replaced as a whole: other threads may look at it.
  private volatile Map<String, Module> children = new LinkedHashMap<>();
  private final Attachments attachments = new Attachments(this);
  private final ModuleHooks hooks = new ModuleHooks(attachments);
  private final ModuleOverrides overrides = new ModuleOverrides(attachments);
  // Native code calls these for as long as the node lives: they must not be collected before it.
  private final JavaFunction computing;

  /** A module written in Java, under the name of its class; "Module" where that has none. */
  protected Module() {
    computing = ComputeCall.of(this);
    String name = getClass().getSimpleName();
    handle =
        computing.bind(
            half -> new Handle(Tree.make_java_module(name.isEmpty() ? "Module" : name, half)));
  }

  Module(Handle handle) {
    computing = null;
    this.handle = handle;
  }

  /** Takes the place of another Java half of the same node. */
  Module(Module replaced) {
    this(replaced.handle);
    replaced.children.forEach(this::adopt_child);
  }

  /** Notes a child that the native node has already. */
  final void adopt_child(String name, Module child) {
    changeChildren(changed -> changed.put(name, child));
  }

  /** The children as calls of this thread see them; not to be changed. */
  final Map<String, Module> seenChildren() {
    TreeOverlay overlay = TreeOverlay.seen();
    Map<String, Module> overlaid = overlay == null ? null : overlay.children(this);
    return overlaid == null ? children : overlaid;
  }

  private synchronized Module changeChildren(Function<Map<String, Module>, Module> change) {
    Map<String, Module> changed = new LinkedHashMap<>(seenChildren());
    Module result = change.apply(changed);
    TreeOverlay overlay = TreeOverlay.building();
    if (overlay != null) {
      overlay.children(this, changed);
    } else {
      children = changed;
    }
    return result;
  }

  /**
   * The forward of a module written in Java. Tensors that it makes are freed when it returns, but
   * for the one it answers.
   *
   * @param inputs what {@link #forward} was given, after forward pre-hooks
   */
  protected Tensor compute(Tensor... inputs) {
    throw new IllegalStateException(
        getClass().getSimpleName() + " does not implement compute(Tensor...)");
  }

  /**
   * Whether {@link #forward} answers the first output of a module that has several, as the sequence
   * of a recurrent layer is; false unless overridden.
   */
  protected boolean forward_gives_first() {
    return false;
  }

  /**
   * Calls the module: forward pre-hooks, its forward, forward hooks.
   *
   * @return the module's one output, or where its class says so the first, owned by the caller
   * @throws NullPointerException naming the input that is null
   * @throws JennitException naming the path of the module that failed
   */
  public final Tensor forward(Tensor... inputs) {
    org.bytedeco.pytorch.Module node = module();
    Tensors.requireAll("input", inputs);
    if (inputs.length == 1 && !forward_gives_first()) {
      Tensors.require("the input", inputs[0]);
      return running(() -> Tree.call_one(node, inputs[0]));
    }
    Tensor[] outputs = forward_all(inputs);
    if (outputs.length != 1 && !forward_gives_first()) {
      Tensors.close(outputs);
      throw new IllegalStateException(
          type_name() + " has " + outputs.length + " outputs: call forward_all");
    }
    Tensors.close(Arrays.copyOfRange(outputs, 1, outputs.length));
    return outputs[0];
  }

  /** As {@link #forward}, for modules with several outputs. */
  public final Tensor[] forward_all(Tensor... inputs) {
    org.bytedeco.pytorch.Module node = module();
    Tensors.requireAll("input", inputs);
    try (TensorVector vector = new TensorVector(inputs)) {
      return running(() -> Tensors.take(Tree.call(node, vector)));
    }
  }

  // Native code knows its nodes, not their Java halves: those stay reachable while it runs.
  final <T> T running(Supplier<T> call) {
    NativeMemory.before_pass();
    try {
      return Boundary.call(call);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * This module's forward alone, without its hooks, with some of its own parameters replaced for
   * this call. The module is not touched.
   */
  public final Tensor[] forward_with(Map<String, Tensor> parameters, Tensor... inputs) {
    Objects.requireNonNull(inputs, "inputs is null");
    Objects.requireNonNull(parameters, "parameters is null");
    return ParameterOverrides.forward(this, computing != null, parameters, inputs);
  }

  /** The name of the type, as torch prints it. */
  public String type_name() {
    org.bytedeco.pytorch.Module node = module();
    return Boundary.call(() -> Tree.type_name(node));
  }

  /** What torch prints between the parentheses. Modules written in Java may override it. */
  protected String extra_repr() {
    org.bytedeco.pytorch.Module node = module();
    return Boundary.call(() -> Tree.extra_repr(node));
  }

  /** The modules directly below, in order. */
  public List<Module> children() {
    return List.copyOf(named_children().values());
  }

  /** A copy of the children by name, in order: the tree may be changed while it is walked. */
  public Map<String, Module> named_children() {
    module();
    return new LinkedHashMap<>(seenChildren());
  }

  /** This module and all below it, depth first, each once. */
  public List<Module> modules() {
    return List.copyOf(named_modules().values());
  }

  /**
   * This module under "" and all below it by their paths, depth first; a module that stands twice
   * is named once.
   */
  public Map<String, Module> named_modules() {
    module();
    return Submodules.named(this);
  }

  /**
   * The module at a path such as "features.3"; "" is this module.
   *
   * @throws IllegalArgumentException naming the first part of the path that is not there
   */
  public Module get_submodule(String path) {
    Objects.requireNonNull(path, "path is null");
    module();
    return Submodules.find(this, path);
  }

  /**
   * Adds a child under a new name and answers it.
   *
   * @throws JennitException where the name is taken, empty or holds a dot, or the child contains
   *     this module
   */
  public final <M extends Module> M register_module(String name, M child) {
    Objects.requireNonNull(child, "child is null");
    Boundary.run(() -> Tree.register_module(module(), name, child.module()));
    changeChildren(changed -> changed.put(name, child));
    return child;
  }

  /**
   * Puts another module in the place of the child {@code name}; the order stays.
   *
   * @return the module that stood there
   * @throws JennitException for an unknown or empty name, or where {@code child} contains this
   *     module
   */
  public final Module replace_module(String name, Module child) {
    Objects.requireNonNull(child, "child is null");
    Boundary.run(() -> Tree.replace_module(module(), name, child.module()));
    return changeChildren(changed -> changed.put(name, child));
  }

  /** Takes a child out and answers it; the order of the others stays. */
  public final Module unregister_module(String name) {
    Boundary.run(() -> Tree.unregister_module(module(), name));
    return changeChildren(changed -> changed.remove(name));
  }

  /** All parameters, as bytedeco's optimizers take them. */
  public TensorVector parameters() {
    Tensor[] tensors = named_parameters().values().toArray(Tensor[]::new);
    try {
      return new TensorVector(tensors);
    } finally {
      Tensors.close(tensors);
    }
  }

  /** The parameters by path, this module's first. The tensors share the module's memory. */
  public Map<String, Tensor> named_parameters() {
    return named_parameters(true);
  }

  /**
   * As {@link #named_parameters()}.
   *
   * @param recurse whether the parameters of the modules below are among them
   */
  public Map<String, Tensor> named_parameters(boolean recurse) {
    return recurse
        ? ModuleState.below(this, module -> module.named_parameters(false))
        : ModuleState.entries(module().named_parameters(false));
  }

  /** The buffers by path, this module's first. The tensors share the module's memory. */
  public Map<String, Tensor> named_buffers() {
    return named_buffers(true);
  }

  /**
   * As {@link #named_buffers()}.
   *
   * @param recurse whether the buffers of the modules below are among them
   */
  public Map<String, Tensor> named_buffers(boolean recurse) {
    return recurse
        ? ModuleState.below(this, module -> module.named_buffers(false))
        : ModuleState.entries(module().named_buffers(false));
  }

  /** Adds a parameter of a module written in Java and answers it. */
  protected final Tensor register_parameter(String name, Tensor value) {
    return new Tensor(Boundary.call(() -> module().register_parameter(name, value)));
  }

  /** Adds a buffer of a module written in Java and answers it. */
  protected final Tensor register_buffer(String name, Tensor value) {
    return new Tensor(Boundary.call(() -> module().register_buffer(name, value)));
  }

  /**
   * What this module's forward reads as its own parameter or buffer now; null where it has none.
   * Modules written in Java ask here at every call, so that a canonizer or a rule may put another
   * tensor in its place.
   */
  public final Tensor get_parameter(String name) {
    return ParameterOverrides.current(this, name)
        .orElseGet(
            () -> {
              Tensor tensor = Boundary.call(() -> Tree.parameter(module(), name));
              if (tensor.defined()) {
                return tensor;
              }
              tensor.close();
              return null;
            });
  }

  /** Parameters and buffers by path, in torch's order, sharing the module's memory. */
  public Map<String, Tensor> state_dict() {
    return ModuleState.state_dict(this);
  }

  /** Strict: see {@link #load_state_dict(Map, boolean)}. */
  public void load_state_dict(Map<String, Tensor> state) {
    Objects.requireNonNull(state, "state is null");
    load_state_dict(state, true);
  }

  /**
   * Copies values into parameters and buffers.
   *
   * <p>As PyTorch does, it takes what older versions saved: batch norms without {@code
   * num_batches_tracked}, where the map knows no version of them or one before 2 ({@link
   * VersionedState}), and the shape [1] for [].
   *
   * @param strict whether every name must have its counterpart
   * @return what was missing or unexpected (both empty when strict)
   * @throws JennitException listing missing, unexpected and misshapen names; nothing was copied
   *     then
   */
  public LoadResult load_state_dict(Map<String, Tensor> state, boolean strict) {
    Objects.requireNonNull(state, "state is null");
    return ModuleState.load(this, state, strict);
  }

  /** As {@code train(true)}. */
  public void train() {
    train(true);
  }

  /** Puts this module and all below it in training or evaluation mode. */
  public void train(boolean on) {
    module().train(on);
  }

  /** As {@code train(false)}. */
  public void eval() {
    module().eval();
  }

  /** Whether this module is in training mode, as a new one is. */
  public boolean is_training() {
    return module().is_training();
  }

  /**
   * Converts floating point parameters and buffers.
   *
   * @throws IllegalArgumentException where {@code dtype} is neither a usual floating point one nor
   *     complex; nothing was converted then
   */
  public void to(ScalarType dtype) {
    Objects.requireNonNull(dtype, "dtype is null");
    ModuleState.convert(this, dtype);
  }

  /**
   * Brings the parameters and buffers of four dimensions (ChannelsLast), of five (ChannelsLast3d)
   * or of both (Contiguous) into another order of memory; shapes and values stay. Convolutions then
   * answer in the order of their weights, and so do the gradients and relevances there.
   *
   * @throws IllegalArgumentException for any other format; nothing was changed then
   */
  public void to(MemoryFormat memory_format) {
    Objects.requireNonNull(memory_format, "memory_format is null");
    ModuleState.order(this, memory_format);
  }

  /**
   * Moves parameters and buffers.
   *
   * @throws JennitException where there is no such device
   */
  public void to(Device device) {
    Objects.requireNonNull(device, "device is null");
    String missing = Cuda.missing(device);
    if (!missing.isEmpty()) {
      throw new JennitException("cannot move " + type_name() + " to CUDA: " + missing);
    }
    Boundary.run(() -> module().to(device, false));
  }

  /** Whether autograd shall record the parameters. */
  public void requires_grad_(boolean on) {
    try (TensorVector parameters = parameters()) {
      for (Tensor parameter : Tensors.copy(parameters)) {
        try (parameter) {
          parameter.requires_grad_(on);
        }
      }
    }
  }

  /** Forgets the gradients of all parameters: they are undefined afterwards, as torch's None. */
  public void zero_grad() {
    module().zero_grad(true);
  }

  /** Applies a function to every module below, children first, then to this one. */
  public void apply(Consumer<Module> function) {
    Objects.requireNonNull(function, "function is null");
    named_children().values().forEach(child -> child.apply(function));
    function.accept(this);
  }

  /** The hooks of this module. */
  public final ModuleHooks hooks() {
    module();
    return hooks;
  }

  /** See {@link ModuleHooks#register_forward_pre_hook}. */
  public final RemovableHandle register_forward_pre_hook(ForwardPreHook hook) {
    return hooks().register_forward_pre_hook(hook);
  }

  /** See {@link ModuleHooks#register_forward_hook}. */
  public final RemovableHandle register_forward_hook(ForwardHook hook) {
    return hooks().register_forward_hook(hook);
  }

  /** See {@link ModuleHooks#register_full_backward_hook}. */
  public final RemovableHandle register_full_backward_hook(FullBackwardHook hook) {
    return hooks().register_full_backward_hook(hook);
  }

  /** What stands in the place of this module's forward and parameters, for canonizers. */
  public final ModuleOverrides overrides() {
    module();
    return overrides;
  }

  /**
   * Lets another function be this module's forward, until null gives it its own back. Hooks stay,
   * and what canonizers put in the forward's place stands above it.
   *
   * @param forward from the inputs to the output
   */
  public final void override_forward(Function<Tensor[], Tensor> forward) {
    overrides().own(forward);
  }

  /** The module as torch prints it. */
  @Override
  public String toString() {
    return handle.isClosed() ? getClass().getSimpleName() + "(closed)" : ModulePrinter.print(this);
  }

  /**
   * The native node, for all that LibTorch's binding can do with one. It stays the property of this
   * object.
   */
  public final org.bytedeco.pytorch.Module module() {
    return handle.get();
  }

  /** Whether {@link #close} was called. */
  public final boolean is_closed() {
    return handle.isClosed();
  }

  /** Frees this module and all below it. May be called again. */
  @Override
  public void close() {
    List<Module> below = new ArrayList<>(children.values());
    handle.close();
    below.forEach(Module::close);
  }

  /** Whether calls of this thread see another forward than the module's own. */
  public final boolean is_overridden() {
    return Boundary.call(() -> Tree.is_overridden(module()));
  }
}
