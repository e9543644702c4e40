package org.jennit.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The 1000 classes of ILSVRC 2012, in the order of the outputs of torchvision's classification
 * models and under torchvision's names, which are unique. Safe for use by many threads.
 */
public final class ImageNet {

  private static final List<String> NAMES = read("imagenet_classes.txt");
  private static final Map<String, Integer> INDICES = indices();

  private ImageNet() {}

  /** All names; the position is the index of the model's output. Unmodifiable. */
  public static List<String> names() {
    return NAMES;
  }

  /**
   * The name of a class.
   *
   * @param index of the model's output, 0 to 999
   * @throws IndexOutOfBoundsException for any other index
   */
  public static String name(int index) {
    if (index < 0 || index >= NAMES.size()) {
      throw new IndexOutOfBoundsException(
          "ImageNet has the classes 0 to " + (NAMES.size() - 1) + ", not " + index);
    }
    return NAMES.get(index);
  }

  /**
   * The index of a class.
   *
   * @param name as {@link #names()} spells it
   * @return the index of the model's output, 0 to 999
   * @throws IllegalArgumentException if no class has that name
   */
  public static int index(String name) {
    Integer index = INDICES.get(name);
    if (index == null) {
      throw new IllegalArgumentException(
          "ImageNet has no class '" + name + "'; ImageNet.names() lists the 1000 there are");
    }
    return index;
  }

  private static List<String> read(String resource) {
    try (InputStream in = ImageNet.class.getResourceAsStream(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + resource, e);
    }
  }

  private static Map<String, Integer> indices() {
    Map<String, Integer> indices = new HashMap<>();
    for (String name : NAMES) {
      indices.put(name, indices.size());
    }
    return indices;
  }
}
