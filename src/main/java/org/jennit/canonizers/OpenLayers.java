package org.jennit.canonizers;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import org.jennit.JennitException;
import org.jennit.core.Canonizer;
import org.jennit.nn.Module;

/**
 * Puts in the place of layers, by name, what computes the same by parts. A layer under several
 * names stays one. A layer without a parent cannot be swapped, and is refused.
 */
abstract class OpenLayers extends Canonizer {
  private final String kind;
  private Module parent;
  private String name;
  private Module original;
  private Module opened;

  /**
   * @param kind what the layers are, as in "the root is the attention itself"
   */
  OpenLayers(String kind) {
    this.kind = kind;
  }

  abstract boolean opens(Module module);

  abstract Module open(Module layer);

  @Override
  public abstract OpenLayers copy();

  @Override
  public List<Canonizer> apply(Module root) {
    Objects.requireNonNull(root, "root is null");
    if (opens(root)) {
      throw new JennitException(
          "the root is the "
              + kind
              + " itself, which has no parent and cannot be swapped: wrap it in a Sequential");
    }
    List<Canonizer> applied = new ArrayList<>();
    IdentityHashMap<Module, Module> known = new IdentityHashMap<>();
    try {
      for (Module parent : root.modules()) {
        parent
            .named_children()
            .forEach(
                (name, child) -> {
                  if (opens(child)) {
                    OpenLayers canonizer = copy();
                    canonizer.register(parent, name, known.computeIfAbsent(child, this::open));
                    applied.add(canonizer);
                  }
                });
      }
    } catch (Throwable e) {
      CompositeCanonizer.undo(applied, e);
      throw e;
    }
    return applied;
  }

  private void register(Module parent, String name, Module opened) {
    this.parent = parent;
    this.name = name;
    this.opened = opened;
    original = parent.replace_module(name, opened);
  }

  @Override
  public void remove() {
    if (!parent.is_closed()) {
      parent.replace_module(name, original);
    }
    opened.close();
  }
}
