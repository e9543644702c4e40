package org.jennit.hostile;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.nn.Linear;
import org.jennit.nn.Module;
import org.jennit.types.Activation;

/** Arguments that nobody means well, drawn by a seed, for parameters of any type. */
final class HostileValues {
  /** What functions of the user throw here. */
  static final class Thrown extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Thrown() {
      super("on purpose");
    }
  }

  private static final int DEPTH = 3;
  private static final long[] LONGS = {0, 1, -1, 2, 3, 7, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE};
  private static final int[] INTS = {0, 1, -1, 2, 3, 7, Integer.MAX_VALUE, Integer.MIN_VALUE};
  private static final double[] DOUBLES = {
    0, 1, -1, 0.5, 2, 1e300, 1e-300, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };
  private static final String[] STRINGS = {
    "", "0", "1.weight", "weight", "a.b", ".", "..", "\0", "ü\uD83D\uDE00", "x".repeat(5000), "%s"
  };
  private static final Class<?>[] CLASSES = {
    Linear.class, Module.class, Activation.class, Object.class, int.class
  };

  private static final List<ScalarType> DTYPES = List.of(ScalarType.values());

  private final Random random;
  private final HostileTensors tensors;
  private final Module witness;
  private final Path folder;

  HostileValues(Random random, HostileTensors tensors, Module witness, Path folder) {
    this.random = random;
    this.tensors = tensors;
    this.witness = witness;
    this.folder = folder;
  }

  Object[] arguments(Type[] types) {
    return Arrays.stream(types).map(type -> draw(type, 0)).toArray();
  }

  /** A value of the type, or null: one in ten where null may be. */
  Object draw(Type type, int depth) {
    Class<?> raw = raw(type);
    if (raw.isPrimitive()) {
      return primitive(raw);
    }
    if (random.nextInt(10) == 0) {
      return null;
    }
    if (raw.isArray()) {
      return array(type, raw, depth);
    }
    Object boxed = boxed(raw);
    return boxed != null ? boxed : object(type, raw, depth);
  }

  private Object primitive(Class<?> raw) {
    if (raw == boolean.class) {
      return random.nextBoolean();
    } else if (raw == int.class) {
      return INTS[random.nextInt(INTS.length)];
    } else if (raw == long.class) {
      return LONGS[random.nextInt(LONGS.length)];
    } else if (raw == float.class) {
      return (float) DOUBLES[random.nextInt(DOUBLES.length)];
    } else if (raw == double.class) {
      return DOUBLES[random.nextInt(DOUBLES.length)];
    } else if (raw == char.class) {
      return 'x';
    }
    return raw == byte.class ? (Object) (byte) random.nextInt(256) : (short) random.nextInt();
  }

  private Object boxed(Class<?> raw) {
    if (raw == Integer.class) {
      return primitive(int.class);
    } else if (raw == Long.class) {
      return primitive(long.class);
    } else if (raw == Double.class) {
      return primitive(double.class);
    } else if (raw == Boolean.class) {
      return primitive(boolean.class);
    } else if (raw == String.class || raw == CharSequence.class || raw == Object.class) {
      return STRINGS[random.nextInt(STRINGS.length)];
    }
    return null;
  }

  private Object array(Type type, Class<?> raw, int depth) {
    Type part =
        type instanceof GenericArrayType generic
            ? generic.getGenericComponentType()
            : raw.getComponentType();
    Object array = Array.newInstance(raw.getComponentType(), random.nextInt(4));
    for (int i = 0; i < Array.getLength(array); i++) {
      Array.set(array, i, draw(part, depth + 1));
    }
    return array;
  }

  private Object object(Type type, Class<?> raw, int depth) {
    if (raw == Tensor.class) {
      return tensors.draw(random);
    } else if (raw == Module.class || raw == AutoCloseable.class) {
      return random.nextBoolean() ? witness : tensors.closedModule();
    } else if (raw == Path.class) {
      return folder.resolve(random.nextBoolean() ? "garbage" : "missing");
    } else if (raw == Class.class) {
      return CLASSES[random.nextInt(CLASSES.length)];
    } else if (raw == ScalarType.class) {
      return DTYPES.get(random.nextInt(DTYPES.size()));
    } else if (raw == Device.class) {
      return new Device(random.nextBoolean() ? "cpu" : "cuda:7");
    } else if (raw.isEnum()) {
      return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
    } else if (Collection.class.isAssignableFrom(raw) || raw == Iterable.class) {
      Collection<Object> values = raw == Set.class ? new LinkedHashSet<>() : new ArrayList<>();
      fill(values, argument(type, 0), depth);
      return values;
    } else if (raw == Map.class) {
      return map(type, depth);
    } else if (raw == Optional.class) {
      return Optional.ofNullable(draw(argument(type, 0), depth + 1));
    } else if (raw.isInterface()) {
      return raw.isSealed() ? null : function(raw);
    }
    return raw.getName().startsWith("org.jennit.") ? made(raw, depth) : null;
  }

  private void fill(Collection<Object> values, Type part, int depth) {
    for (int i = random.nextInt(3); i > 0; i--) {
      values.add(draw(part, depth + 1));
    }
  }

  private Map<Object, Object> map(Type type, int depth) {
    Map<Object, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      map.put(draw(argument(type, 0), depth + 1), draw(argument(type, 1), depth + 1));
    }
    return map;
  }

  /** Answers null to everything, or throws. */
  private Object function(Class<?> type) {
    boolean isThrowing = random.nextBoolean();
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> System.identityHashCode(proxy);
              default -> "a hostile " + type.getSimpleName();
            };
          }
          if (isThrowing || method.getReturnType().isPrimitive()) {
            if (method.getReturnType() == void.class && !isThrowing) {
              return null;
            }
            throw new Thrown();
          }
          return null;
        });
  }

  /** By a public constructor or static method of its class; null where that refuses. */
  Object made(Class<?> raw, int depth) {
    List<Executable> makers = makers(raw);
    if (depth >= DEPTH || makers.isEmpty()) {
      return null;
    }
    Executable maker = makers.get(random.nextInt(makers.size()));
    Object[] arguments =
        Arrays.stream(maker.getGenericParameterTypes())
            .map(type -> draw(type, depth + 1))
            .toArray();
    try {
      return maker instanceof Constructor<?> constructor
          ? constructor.newInstance(arguments)
          : ((Method) maker).invoke(null, arguments);
    } catch (ReflectiveOperationException | RuntimeException e) {
      return null;
    }
  }

  private static List<Executable> makers(Class<?> raw) {
    Stream<Executable> constructors =
        Modifier.isAbstract(raw.getModifiers())
            ? Stream.empty()
            : Arrays.stream(raw.getConstructors());
    Stream<Executable> methods =
        Arrays.stream(raw.getMethods())
            .filter(method -> Modifier.isStatic(method.getModifiers()))
            .filter(method -> raw.isAssignableFrom(method.getReturnType()))
            .map(method -> (Executable) method);
    return Stream.concat(constructors, methods)
        .sorted(Comparator.comparing(Executable::toGenericString))
        .toList();
  }

  private static Type argument(Type type, int index) {
    return type instanceof ParameterizedType parameterized
        ? parameterized.getActualTypeArguments()[index]
        : Object.class;
  }

  private static Class<?> raw(Type type) {
    if (type instanceof Class<?> found) {
      return found;
    } else if (type instanceof ParameterizedType parameterized) {
      return (Class<?>) parameterized.getRawType();
    } else if (type instanceof GenericArrayType array) {
      return raw(array.getGenericComponentType()).arrayType();
    } else if (type instanceof WildcardType wildcard) {
      return raw(wildcard.getUpperBounds()[0]);
    }
    return raw(((TypeVariable<?>) type).getBounds()[0]);
  }
}
