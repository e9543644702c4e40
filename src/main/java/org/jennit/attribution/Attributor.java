package org.jennit.attribution;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Tensor;
import org.jennit.JennitException;
import org.jennit.core.Composite;
import org.jennit.core.Inactive;
import org.jennit.internal.Boundary;
import org.jennit.internal.Overlays;
import org.jennit.internal.Tensors;
import org.jennit.nn.Module;

/**
 * Computes attributions of one model, under a composite if it is given one.
 *
 * <pre>{@code
 * try (var attributor = new Gradient(model, new EpsilonPlus()).target(3).open();
 *     var attribution = attributor.apply(input)) {
 *   Image.imgify(attribution.relevance().sum(1), ImgifyOptions.defaults());
 * }
 * }</pre>
 *
 * <p>{@link #open} registers the composite until {@link #close}; an attributor that is not open
 * registers it around each call. Rules, canonizers and captured layers belong to the attributor's
 * own calls: the model stays as it is for all others. A composite that is registered on the model
 * for all is used as it is.
 *
 * <p>The relevance of the output is, unless said otherwise, the output itself: see {@link
 * #attr_output} and {@link #target}. Options are immutable: each answers a changed copy, which is
 * not open.
 *
 * <p>Thread-safety: any number of threads may use any number of attributors of one model at once,
 * each with its own composite; all get what each gets alone.
 *
 * @param <A> the attributor's own type, which its options answer
 */
public abstract class Attributor<A extends Attributor<A>> implements AutoCloseable, Cloneable {
  private final Module model;
  private final Composite composite;
  private UnaryOperator<Tensor> attr_output = UnaryOperator.identity();
  private UnaryOperator<Tensor> forward_fn;
  private boolean check_finite = true;
  private LayerCapture capture = new LayerCapture(List.of());
  private Registration registration;
  private boolean open;

  /**
   * @param composite null for none
   */
  protected Attributor(Module model, Composite composite) {
    this.model = Objects.requireNonNull(model, "model is null");
    this.composite = composite;
    registration = new Registration(model, composite, capture);
  }

  /**
   * The attribution of one input. The composite is registered, autograd records nothing unless
   * {@link #records} says so, and all tensors made here are freed but those answered.
   *
   * @param attr_output from the model's output to the output's relevance
   */
  protected abstract Attribution forward(Tensor input, UnaryOperator<Tensor> attr_output);

  /** Whether what {@link #forward} computes is recorded by autograd; false unless overridden. */
  protected boolean records() {
    return false;
  }

  /** What is explained. */
  public final Module model() {
    return model;
  }

  /** The composite, or null. */
  public final Composite composite() {
    return composite;
  }

  /**
   * The relevance of the output as a function of the output; it must have the output's shape.
   * Tensors that the function makes are freed when the attribution is done.
   */
  public final A attr_output(UnaryOperator<Tensor> function) {
    Objects.requireNonNull(function, "attr_output is null");
    return with(copy -> base(copy).attr_output = function);
  }

  /** The same relevance for every output. */
  public final A attr_output(Tensor constant) {
    Objects.requireNonNull(constant, "constant is null");
    // A handle of our own: the caller's may die with a scope.
    Tensor kept = new Tensor(constant);
    kept.retainReference();
    return attr_output(new Constant(kept));
  }

  /**
   * A relevance of one for the output {@code target}, of zero for all others. The outputs are
   * numbered along dimension 1, or along dimension 0 where the output has no batch.
   *
   * @param target one for all samples, or one for each
   */
  public final A target(long... target) {
    Objects.requireNonNull(target, "target is null");
    return attr_output(new Targets(target));
  }

  /**
   * A relevance of one at one place of each sample's output, of zero elsewhere: for an output
   * (samples, steps, classes), {@code target_at(5, 2)} is class 2 at step 5.
   *
   * @param place an index for each dimension of the output after the samples; a negative one counts
   *     from the end, so that {@code target_at(-1, 2)} is the last step
   */
  public final A target_at(long... place) {
    Objects.requireNonNull(place, "place is null");
    return attr_output(new TargetPlaces(place));
  }

  /**
   * As {@link #target_at(long...)}, with a place for each sample, such as the last step of each.
   *
   * @param places one for each sample
   */
  public final A target_at(long[]... places) {
    Objects.requireNonNull(places, "places is null");
    return attr_output(new TargetPlaces(places));
  }

  /**
   * How the model is called, for models with several inputs or outputs: from the input that is
   * explained to the output that is. It calls the model, or a part of it, with whatever else that
   * needs. {@code model.forward(input)} by default.
   *
   * @param function such as {@code x -> model.forward_all(x, mask)[1]}; tensors that it makes are
   *     freed when the attribution is done
   */
  public final A forward_fn(UnaryOperator<Tensor> function) {
    Objects.requireNonNull(function, "forward_fn is null");
    return with(copy -> base(copy).forward_fn = function);
  }

  /** The output of the model that is explained, for this input. */
  protected final Tensor output(Tensor input) {
    if (forward_fn == null) {
      return model.forward(input);
    }
    Tensor output = forward_fn.apply(input);
    if (output == null || !output.defined()) {
      throw new JennitException("forward_fn answered null in place of the model's output");
    }
    return output;
  }

  /**
   * As {@link #output}, for passes of relevance alone where nothing else is to be recorded: rules
   * then spare the graphs of the layers they stand on. What {@link #forward_fn} does is not known.
   */
  final Tensor outputForRelevance(Tensor input) {
    if (composite == null || forward_fn != null || records()) {
      return output(input);
    }
    Boundary.run(Overlays::enter_relevance_alone);
    try {
      return output(input);
    } finally {
      Overlays.leave();
    }
  }

  /**
   * Whether a relevance that is NaN or infinite is an error, which names the first module of the
   * composite whose rule answered one; true by default.
   */
  public final A check_finite(boolean check) {
    return with(copy -> base(copy).check_finite = check);
  }

  /**
   * The attribution of {@code input}, for the output relevance of the options.
   *
   * @param input floating point, in the shape that the model takes; it is not changed. Integers,
   *     such as token ids, where the relevance is asked for at a layer
   * @throws JennitException where the model, a rule, the target or a value is at fault
   */
  public final Attribution apply(Tensor input) {
    return apply(input, attr_output);
  }

  /** As {@link #apply(Tensor)}, for another output relevance. */
  public final Attribution apply(Tensor input, Tensor attr_output) {
    return apply(input, new Constant(attr_output));
  }

  /** As {@link #apply(Tensor)}, for other targets: see {@link #target}. */
  public final Attribution apply(Tensor input, long... target) {
    Objects.requireNonNull(target, "target is null");
    return apply(input, new Targets(target));
  }

  /** As {@link #apply(Tensor)}, for another output relevance. */
  public final Attribution apply(Tensor input, UnaryOperator<Tensor> attr_output) {
    check(input);
    Objects.requireNonNull(attr_output, "attr_output is null");
    return attribute(() -> forward(input, attr_output));
  }

  /** Refuses what cannot be explained. */
  final void check(Tensor input) {
    Tensors.require("the input", input);
    if (!input.is_floating_point() && !takes_integers()) {
      throw new JennitException(
          "the input holds values of type "
              + input.scalar_type()
              + ", which have no relevance: convert it with to(ScalarType.Float), or ask for the"
              + " relevance at a layer, as Gradient.layers(\"embedding\") for token ids");
    }
  }

  /** Whether the input may hold integers, since the relevance is that of a layer. */
  boolean takes_integers() {
    return false;
  }

  /** Runs {@code work} as {@link #forward} is run. */
  final Attribution attribute(Supplier<Attribution> work) {
    registration.enter();
    try {
      Attribution attribution = registration.see(() -> run(work));
      if (check_finite && !attribution.is_finite()) {
        throw notFinite(attribution, work);
      }
      return attribution;
    } finally {
      registration.leave();
    }
  }

  private Attribution run(Supplier<Attribution> work) {
    return Attribution.scoped(
        () -> {
          try (AutoGradMode mode = new AutoGradMode(records())) {
            return work.get().contiguous();
          }
        });
  }

  private JennitException notFinite(Attribution attribution, Supplier<Attribution> work) {
    try (attribution) {
      if (!Attribution.is_finite(attribution.output())) {
        return new JennitException(
            "the model's output holds values that are NaN or infinite, and so does the attribution:"
                + " look at the input and at the model's parameters; check_finite(false) lets them"
                + " pass");
      }
    }
    // Once more, with every rule checked: the rule's own error says more.
    boolean checked = registration.checked(() -> run(work).close());
    return new JennitException(
        "the attribution holds values that are NaN or infinite"
            + (checked || composite == null
                ? ", and no rule of a composite made them: look at the output relevance, and at the"
                    + " modules without a rule"
                : ": check_finite(true) of the context that the composite is open in names the"
                    + " module")
            + "; check_finite(false) lets them pass");
  }

  /** Registers the composite until {@link #close}; does nothing where it is open. */
  public final synchronized A open() {
    if (!open) {
      registration.enter();
      open = true;
    }
    return self();
  }

  /**
   * Takes back what {@link #open} did, once the calls that still run are done. May be called again.
   */
  @Override
  public final synchronized void close() {
    if (open) {
      open = false;
      registration.leave();
    }
  }

  /**
   * Lets true gradients pass through the composite's rules in the passes of this thread, until the
   * answer is closed. The canonizers stay applied. An attribution that has begun, such as one whose
   * attr_output asks for this, has recorded what true gradients need only where it records
   * anything: see {@link GradientAttributor#create_graph}.
   *
   * @throws IllegalStateException where there is no composite, or where it is not registered on the
   *     model
   */
  public final Inactive inactive() {
    if (composite == null) {
      throw new IllegalStateException("there is no composite to make inactive");
    }
    return registration.inactive();
  }

  /** A copy of this attributor, changed. */
  protected final A with(Consumer<? super A> change) {
    A copy = duplicate();
    change.accept(copy);
    return copy;
  }

  /** Captures the outputs of these modules; for constructors and {@link #with}. */
  final void capture(List<String> layers) {
    capture = new LayerCapture(layers);
    registration = new Registration(model, composite, capture);
  }

  final LayerCapture capture() {
    return capture;
  }

  /** The relevance of the output until an option says otherwise; for constructors. */
  final void begin_with(UnaryOperator<Tensor> function) {
    attr_output = function;
  }

  @SuppressWarnings("unchecked")
  private A self() {
    return (A) this;
  }

  @SuppressWarnings("unchecked")
  private A duplicate() {
    try {
      Attributor<A> copy = (Attributor<A>) clone();
      copy.open = false;
      copy.registration = new Registration(model, composite, capture);
      return (A) copy;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  // Private members are not those of a type variable.
  private static <B extends Attributor<B>> Attributor<B> base(B attributor) {
    return attributor;
  }
}
