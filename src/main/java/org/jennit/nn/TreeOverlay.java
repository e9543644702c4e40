package org.jennit.nn;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;
import org.jennit.internal.Boundary;
import org.jennit.internal.JavaFunction;
import org.jennit.internal.Overlay;
import org.jennit.internal.Overlays;

/**
 * What the calls of one owner see of a tree in place of what stands there: hooks, rules, swapped
 * children, other forwards and parameters. Nobody else sees them, so that any number of owners may
 * explain one model at once.
 *
 * <p>{@link #change} fills it: what its work registers, replaces and overrides goes here, and the
 * tree stays as it is. {@link #see} uses it: the calls that its work makes see the changes.
 *
 * <p>Thread-safety: filled by one thread before it is used; then any number of threads may use it.
 * Both belong to the thread that runs the work, and to LibTorch's threads that work for it.
 */
public final class TreeOverlay implements AutoCloseable {
  // Weak: an overlay that nobody uses any more goes with its owner.
  private static final Map<Long, WeakReference<TreeOverlay>> KNOWN = new ConcurrentHashMap<>();

  private final Overlay pointer;
  private final long id;
  private final Map<Module, Map<String, Module>> children =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private final List<Object> kept = Collections.synchronizedList(new ArrayList<>());
  // Keeps this object for graphs whose rules call modules again.
  private final JavaFunction keeper = new JavaFunction((first, second, third) -> answer());
  private volatile boolean used;
  private boolean closed;

  /** Nothing changed. */
  public TreeOverlay() {
    this(Boundary.call(Overlays::make_overlay));
  }

  /** All changes of another one, which may be filled further. */
  public TreeOverlay(TreeOverlay base) {
    this(
        Boundary.call(
            () -> Overlays.copy_overlay(Objects.requireNonNull(base, "base is null").pointer)));
    synchronized (base.children) {
      children.putAll(base.children);
    }
    kept.add(base);
  }

  private TreeOverlay(Overlay pointer) {
    this.pointer = pointer;
    // Not the business of a scope that happens to be open.
    pointer.retainReference();
    id = Overlays.overlay_id(pointer);
    keeper.bind(
        half -> {
          Overlays.keep(pointer, half);
          return null;
        });
    KNOWN.values().removeIf(reference -> reference.get() == null);
    KNOWN.put(id, new WeakReference<>(this));
  }

  /** Runs {@code changes}, whose changes of any tree go here. */
  public void change(Runnable changes) {
    within(
        true,
        false,
        () -> {
          changes.run();
          return null;
        });
  }

  /** Runs {@code work}, whose calls see the changes. */
  public <T> T see(Supplier<T> work) {
    return see(work, false);
  }

  /**
   * As {@link #see(Supplier)}.
   *
   * @param check_finite whether a relevance that is not finite is an error that names the module
   */
  public <T> T see(Supplier<T> work, boolean check_finite) {
    used = true;
    return within(false, check_finite, work);
  }

  /** Runs {@code work}, whose calls see the trees as they are, whatever this thread saw before. */
  public static <T> T outside(Supplier<T> work) {
    Objects.requireNonNull(work, "work is null");
    if (Overlays.seen_overlay() == 0) {
      return work.get();
    }
    Boundary.run(Overlays::enter_tree);
    try {
      return work.get();
    } finally {
      Overlays.leave();
    }
  }

  private <T> T within(boolean building, boolean check_finite, Supplier<T> work) {
    Boundary.run(() -> Overlays.enter(open(), building, check_finite));
    try {
      return work.get();
    } finally {
      Overlays.leave();
      Reference.reachabilityFence(this);
    }
  }

  private synchronized Overlay open() {
    if (closed) {
      throw new IllegalStateException("the overlay is closed");
    }
    return pointer;
  }

  /** What the running thread sees; null: the trees as they are. */
  static TreeOverlay seen() {
    return find(Math.abs(Overlays.seen_overlay()));
  }

  /** Where the running thread's changes go; null: to the trees. */
  static TreeOverlay building() {
    return find(Math.max(0, -Overlays.seen_overlay()));
  }

  private static TreeOverlay find(long id) {
    WeakReference<TreeOverlay> known = id == 0 ? null : KNOWN.get(id);
    return known == null ? null : known.get();
  }

  /** The children of a module as they are seen here; null where they are its own. */
  Map<String, Module> children(Module parent) {
    return children.get(parent);
  }

  void children(Module parent, Map<String, Module> changed) {
    children.put(parent, changed);
  }

  /** Keeps what native code calls while this is used. */
  void keep(Object callback) {
    kept.add(callback);
  }

  /** Runs {@code removal}, unless calls may see this already. */
  void takeBack(Runnable removal) {
    if (!used) {
      change(removal);
    }
  }

  // Of this object, so that the keeper refers to it.
  private Tensor[] answer() {
    return new Tensor[0];
  }

  /** Lets go of the native half. Graphs that were recorded keep what they need. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      pointer.releaseReference();
    }
  }
}
