package org.jennit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.attribution.Attributor;
import org.jennit.attribution.Gradient;
import org.jennit.canonizers.SequentialMergeBatchNorm;
import org.jennit.composites.CompositeOptions;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Canonizer;
import org.jennit.core.Composite;
import org.jennit.core.Hook;
import org.jennit.core.Stabilizer;
import org.jennit.image.ColorMap;
import org.jennit.image.Image;
import org.jennit.image.ImgifyOptions;
import org.jennit.nn.Conv2d;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.nn.ModuleDict;
import org.jennit.nn.ModuleList;
import org.jennit.nn.Sequential;
import org.jennit.rules.Epsilon;
import org.junit.jupiter.api.Test;

/**
 * Null where a value is needed is refused in words, by every public constructor and method: what
 * Java says of its own is about this library's code, not about the call.
 */
class NullArgumentsTest {
  /** One of each kind, made anew for each call. */
  private static final Map<Class<?>, Supplier<?>> SAMPLES = new LinkedHashMap<>();

  static {
    SAMPLES.put(boolean.class, () -> true);
    SAMPLES.put(int.class, () -> 1);
    SAMPLES.put(long.class, () -> 1L);
    SAMPLES.put(double.class, () -> 0.5);
    SAMPLES.put(float.class, () -> 0.5f);
    SAMPLES.put(String.class, () -> "name");
    SAMPLES.put(long[].class, () -> new long[] {1});
    SAMPLES.put(double[].class, () -> new double[] {1});
    SAMPLES.put(Tensor.class, () -> torch.ones(1, 2));
    SAMPLES.put(Tensor[].class, () -> new Tensor[] {torch.ones(1, 2)});
    SAMPLES.put(Device.class, () -> new Device("cpu"));
    SAMPLES.put(Double.class, () -> 1.0);
    SAMPLES.put(Integer.class, () -> 1);
    SAMPLES.put(Long.class, () -> 1L);
    SAMPLES.put(OptionalDouble.class, OptionalDouble::empty);
    SAMPLES.put(Throwable.class, IllegalStateException::new);
    SAMPLES.put(Collection.class, List::of);
    SAMPLES.put(BufferedImage.class, () -> new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB));
    SAMPLES.put(ImgifyOptions.class, ImgifyOptions::defaults);
    SAMPLES.put(Path.class, () -> Path.of("/nowhere/at/all"));
    SAMPLES.put(Class.class, () -> Linear.class);
    SAMPLES.put(List.class, List::of);
    SAMPLES.put(Iterable.class, List::of);
    SAMPLES.put(Map.class, Map::of);
    SAMPLES.put(Linear.class, () -> new Linear(2, 2));
    SAMPLES.put(Conv2d.class, () -> new Conv2d(1, 1, 1));
    SAMPLES.put(Sequential.class, () -> new Sequential(new Linear(2, 2)));
    SAMPLES.put(ModuleList.class, ModuleList::new);
    SAMPLES.put(ModuleDict.class, () -> new ModuleDict(Map.of()));
    SAMPLES.put(Module.class, () -> new Linear(2, 2));
    SAMPLES.put(Epsilon.class, Epsilon::new);
    SAMPLES.put(Hook.class, Epsilon::new);
    SAMPLES.put(Stabilizer.class, () -> new Stabilizer(1e-6));
    SAMPLES.put(EpsilonPlus.class, EpsilonPlus::new);
    SAMPLES.put(Composite.class, EpsilonPlus::new);
    SAMPLES.put(CompositeOptions.class, CompositeOptions::new);
    SAMPLES.put(Canonizer.class, SequentialMergeBatchNorm::new);
    SAMPLES.put(Gradient.class, () -> new Gradient(new Linear(2, 2)));
    SAMPLES.put(Attributor.class, () -> new Gradient(new Linear(2, 2)));
    SAMPLES.put(ColorMap.class, () -> ColorMap.of("hot"));
    SAMPLES.put(Image.class, () -> Image.imgify(torch.ones(2, 2)));
  }

  private static List<Class<?>> publicClasses() throws Exception {
    Path root = Path.of(Linear.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> classes = new ArrayList<>();
    try (var files = Files.walk(root.resolve("org/jennit"))) {
      for (Path file : files.sorted().toList()) {
        String name = root.relativize(file).toString().replace('/', '.');
        if (name.endsWith(".class")
            && !name.matches(
                "org.jennit.(internal|cli|demo)\\..*|.*(package-info|\\$\\d+).class")) {
          Class<?> type = Class.forName(name.substring(0, name.length() - ".class".length()));
          if (Modifier.isPublic(type.getModifiers()) && !type.isEnum()) {
            classes.add(type);
          }
        }
      }
    }
    return classes;
  }

  private static List<Executable> members(Class<?> type) {
    List<Executable> members = new ArrayList<>();
    if (!Modifier.isAbstract(type.getModifiers())) {
      members.addAll(Arrays.asList(type.getConstructors()));
    }
    for (Method method : type.getMethods()) {
      boolean own = method.getDeclaringClass().getName().startsWith("org.jennit.");
      boolean called =
          Modifier.isStatic(method.getModifiers())
              ? method.getDeclaringClass() == type
              : SAMPLES.containsKey(type);
      if (own && called && !method.isBridge() && !method.getName().equals("equals")) {
        members.add(method);
      }
    }
    return members;
  }

  private static Object sample(Class<?> type) {
    Supplier<?> supplier = SAMPLES.get(type);
    if (supplier != null) {
      return supplier.get();
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isInterface()) {
      return Proxy.newProxyInstance(
          type.getClassLoader() == null ? Linear.class.getClassLoader() : type.getClassLoader(),
          new Class<?>[] {type},
          (proxy, method, arguments) -> {
            throw new IllegalStateException("a function that is there, and fails");
          });
    }
    return type.isArray() ? Array.newInstance(type.getComponentType(), 0) : null;
  }

  /**
   * What a call says with null in one place; empty where it goes through, null where none can be
   * made.
   */
  private static String answer(Class<?> type, Executable member, int place) throws Exception {
    Class<?>[] types = member.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      arguments[i] = i == place ? null : sample(types[i]);
      if (i != place && arguments[i] == null) {
        return null;
      }
    }
    try {
      if (member instanceof Constructor<?> constructor) {
        constructor.newInstance(arguments);
      } else {
        ((Method) member).invoke(sample(type), arguments);
      }
      return "";
    } catch (InvocationTargetException e) {
      Throwable thrown = e.getCause();
      String message = thrown.getMessage();
      boolean bare =
          message == null
              || (thrown instanceof NullPointerException && !message.contains("null"))
              || message.startsWith("Cannot ")
              || message.startsWith("Pointer address")
              || message.contains("because \"");
      return bare ? thrown.getClass().getSimpleName() + ": " + message : "";
    }
  }

  @Test
  void nullIsRefusedInWords() throws Exception {
    TreeSet<String> bare = new TreeSet<>();
    int calls = 0;
    int unmade = 0;
    for (Class<?> type : publicClasses()) {
      for (Executable member : members(type)) {
        Class<?>[] types = member.getParameterTypes();
        for (int place = 0; place < types.length; place++) {
          if (!types[place].isPrimitive()) {
            try (PointerScope scope = new PointerScope()) {
              String answer = answer(type, member, place);
              calls += answer == null ? 0 : 1;
              unmade += answer == null ? 1 : 0;
              if (answer != null && !answer.isEmpty()) {
                bare.add(member + " with null for argument " + place + ": " + answer);
              }
            }
          }
        }
      }
    }
    assertEquals("", String.join("\n", bare));
    // Of most classes there are samples; a new one shall not slip through for want of its own.
    assertTrue(calls > 10 * unmade, calls + " calls, and " + unmade + " that could not be made");
    assertTrue(calls > 300, calls + " calls");
  }
}
