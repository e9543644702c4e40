package org.jennit.weights;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Finds where in a checkpoint the one dict of tensors stands. The usual keys come first; then it
 * may stand anywhere, as long as it is the only one. Dicts of an optimizer do not count.
 */
final class StateDictSearch {
  private static final List<String> USUAL_KEYS = List.of("state_dict", "model_state_dict", "model");

  /** Deeper ones belong to something else. */
  private static final int MAX_DEPTH = 5;

  /** A dict with tensors, and the keys that lead to it. */
  private record Place(List<Object> path, Map<?, ?> dict) {}

  private final TensorFile file;
  private final Object content;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  StateDictSearch(TensorFile file, Object content) {
    this.file = file;
    this.content = content;
  }

  /** The keys that lead to the state_dict, from the content of the file. */
  List<Object> path() throws WeightsException {
    Map<?, ?> root = Checkpoint.items(content);
    if (root == null) {
      throw file.refuse(
          "the file holds "
              + Description.of(content)
              + ", not a dict of tensors: open it in Python and save the state_dict() alone");
    }
    for (String key : USUAL_KEYS) {
      if (root.containsKey(key)) {
        if (root.get(key) instanceof Map<?, ?> dict && dict.isEmpty()) {
          return List.of(key);
        }
        List<Place> below = places(root.get(key), List.of(key));
        if (!below.isEmpty()) {
          return only(below).path();
        }
      }
    }
    seen.clear();
    List<Place> all = places(content, List.of());
    if (!all.isEmpty()) {
      return only(all).path();
    }
    if (root.isEmpty()) {
      return List.of();
    }
    seen.clear();
    requireNames(content, 0);
    throw file.refuse(
        "it holds no dict of tensors but "
            + Checkpoint.contents(root)
            + "; save the state_dict() of the model");
  }

  private List<Place> places(Object value, List<Object> path) {
    Map<?, ?> items = unseenItems(value, path.size());
    List<Place> places = new ArrayList<>();
    if (items.entrySet().stream().anyMatch(StateDictSearch::isNamedTensor)) {
      places.add(new Place(path, items));
    }
    items.forEach(
        (key, item) -> {
          List<Object> longer = new ArrayList<>(path);
          longer.add(key);
          places.addAll(places(item, longer));
        });
    return places;
  }

  /** Empty where nothing is to be found: beyond the depth, a second time, in an optimizer. */
  private Map<?, ?> unseenItems(Object value, int depth) {
    boolean looked = depth > MAX_DEPTH || value == null || !seen.add(value);
    Map<?, ?> items = looked ? null : Checkpoint.items(value);
    return items == null || items.containsKey("param_groups") ? Map.of() : items;
  }

  /** The place that has weights; those that have scalars alone count where no other is. */
  private Place only(List<Place> places) throws WeightsException {
    List<Place> weighty = places.stream().filter(has(StateDictSearch::isWeight)).toList();
    List<Place> candidates = weighty.isEmpty() ? places : weighty;
    if (candidates.size() > 1) {
      throw file.refuse(
          "it holds several dicts of tensors, "
              + candidates.stream().map(StateDictSearch::shown).collect(Collectors.joining(", "))
              + ": name the one to take (LoadOptions.key)");
    }
    return candidates.get(0);
  }

  private static Predicate<Place> has(Predicate<Map.Entry<?, ?>> kind) {
    return place -> place.dict().entrySet().stream().anyMatch(kind);
  }

  private static boolean isNamedTensor(Map.Entry<?, ?> entry) {
    return entry.getKey() instanceof String && entry.getValue() instanceof PickledTensor;
  }

  /** Not a number in a tensor, nor the bytes of a random generator, which stand beside a model. */
  private static boolean isWeight(Map.Entry<?, ?> entry) {
    if (!isNamedTensor(entry)) {
      return false;
    }
    Strided view = ((PickledTensor) entry.getValue()).view();
    return view.sizes.length > 1 || (view.sizes.length == 1 && view.dtype != DType.UINT8);
  }

  private static String shown(Place place) {
    return place.path().isEmpty()
        ? "the file's own"
        : place.path().stream().map(Checkpoint::name).collect(Collectors.joining(".", "'", "'"));
  }

  /** Says so where tensors are there, but under keys that are no names. */
  private void requireNames(Object value, int depth) throws WeightsException {
    Map<?, ?> items = unseenItems(value, depth);
    for (Map.Entry<?, ?> entry : items.entrySet()) {
      if (entry.getValue() instanceof PickledTensor) {
        throw Checkpoint.unnamed(file, entry.getKey());
      }
    }
    for (Object item : items.values()) {
      requireNames(item, depth + 1);
    }
  }
}
