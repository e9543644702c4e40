package org.jennit.hostile;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.SparkException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jennit.JennitException;
import org.jennit.composites.EpsilonPlus;
import org.jennit.core.Composite;

/**
 * Calls the public API with hostile arguments: {@code HostileCalls FOLDER FIRST COUNT}. Each call
 * has a number, which seeds it. Prints a line for each call that does not end as it should, and
 * writes each call into {@code FOLDER/last} before it is made.
 */
public final class HostileCalls {
  /** Refusals in terms of the caller's; what only LibTorch or the binding says is none. */
  private static final List<Class<? extends Exception>> REFUSALS =
      List.of(
          JennitException.class,
          IllegalArgumentException.class,
          IllegalStateException.class,
          NullPointerException.class,
          UnsupportedOperationException.class,
          IndexOutOfBoundsException.class,
          NoSuchElementException.class,
          ClassCastException.class,
          ArithmeticException.class,
          IOException.class,
          java.io.UncheckedIOException.class,
          SparkException.class,
          HostileValues.Thrown.class);

  private final Path folder;
  private final RandomAccessFile last;
  private final HostileTensors tensors = new HostileTensors();
  private final List<Executable> executables;
  private Witness witness = new Witness();

  private HostileCalls(Path folder) throws Exception {
    this.folder = folder;
    last = new RandomAccessFile(folder.resolve("last").toFile(), "rw");
    executables = PublicApi.executables();
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Files.writeString(folder.resolve("garbage"), "no file of any format");
    long first = Long.parseLong(arguments[1]);
    long count = Long.parseLong(arguments[2]);
    HostileCalls calls = new HostileCalls(folder);
    for (long seed = first; seed < first + count; seed++) {
      calls.call(seed);
    }
    System.out.println("made " + count + " calls of " + calls.executables.size() + " members");
  }

  private void call(long seed) throws Exception {
    if (!leavesTheWitness(seed)) {
      witness.close();
      witness = new Witness();
    }
  }

  /** Makes the call; whether the witness is as it was. */
  private boolean leavesTheWitness(long seed) throws Exception {
    try (PointerScope scope = new PointerScope()) {
      Random random = new Random(seed);
      torch.manual_seed(seed);
      HostileValues values = new HostileValues(random, tensors, witness.model, folder);
      Executable executable = drawn(seed);
      Object receiver = receiver(executable, values, random);
      if (receiver == null && isBound(executable)) {
        return true;
      }
      Object[] arguments = values.arguments(executable.getGenericParameterTypes());
      String call = seed + ": " + executable + " " + described(receiver, arguments);
      note(call);
      Throwable failure = outcome(executable, receiver, arguments);
      String fault = fault(failure, executable, receiver, arguments);
      if (!fault.isEmpty()) {
        System.out.println(call + "\n    " + fault);
      }
      return failure != null && fault.isEmpty();
    }
  }

  /**
   * The member whose name and the call's number make the least number of all: a member that is
   * added or gone leaves the other calls as they were.
   */
  private Executable drawn(long seed) {
    return Collections.min(
        executables,
        Comparator.comparingLong(
            member -> new Random(seed ^ ((long) member.toString().hashCode() << 32)).nextLong()));
  }

  private String fault(
      Throwable failure, Executable executable, Object receiver, Object[] arguments)
      throws IllegalAccessException, InstantiationException {
    if (failure == null) {
      return "";
    }
    boolean refused = REFUSALS.stream().anyMatch(refusal -> refusal.isInstance(failure));
    if (!refused && !isOutOfMemory(failure)) {
      return "threw " + failure + at(failure);
    }
    String change = witness.model.is_closed() ? "the model is closed" : witness.change();
    if (!change.isEmpty()) {
      return "threw " + failure + ", and yet " + change;
    }
    Throwable again = outcome(executable, receiver, arguments);
    return again != null && again.getClass() == failure.getClass()
        ? ""
        : "threw " + failure + ", and when it was called again " + again;
  }

  /** LibTorch's own factories throw it as the binding does, with the allocator's sentence. */
  private static boolean isOutOfMemory(Throwable failure) {
    return failure.getClass() == RuntimeException.class
        && failure.getMessage().startsWith("out of native memory: a tensor needs ");
  }

  private static String at(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .limit(6)
        .map(frame -> "\n      at " + frame)
        .collect(Collectors.joining());
  }

  private static boolean isBound(Executable executable) {
    return executable instanceof Method && !Modifier.isStatic(executable.getModifiers());
  }

  private Object receiver(Executable executable, HostileValues values, Random random) {
    if (!isBound(executable)) {
      return null;
    }
    Class<?> type = executable.getDeclaringClass();
    if (type.isInstance(witness.model)) {
      return switch (random.nextInt(6)) {
        case 0 -> tensors.closedModule();
        case 1 -> witness.model.get_submodule("0");
        default -> witness.model;
      };
    }
    if (type == Composite.class) {
      return new EpsilonPlus();
    }
    for (int tries = 0; tries < 20; tries++) {
      Object made = values.made(type, 0);
      if (made != null) {
        return made;
      }
    }
    return null;
  }

  private void note(String call) throws IOException {
    byte[] bytes = (call + "\n").getBytes(StandardCharsets.UTF_8);
    last.seek(0);
    last.write(bytes);
    last.setLength(bytes.length);
  }

  private static Throwable outcome(Executable executable, Object receiver, Object[] arguments)
      throws IllegalAccessException, InstantiationException {
    try {
      Object answer =
          executable instanceof Constructor<?> constructor
              ? constructor.newInstance(arguments)
              : ((Method) executable).invoke(receiver, arguments);
      if (answer instanceof AutoCloseable closeable && !(answer instanceof Tensor)) {
        closeable.close();
      }
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    } catch (IllegalAccessException | InstantiationException e) {
      throw e;
    } catch (Exception e) {
      return e;
    }
  }

  private static String described(Object receiver, Object[] arguments) {
    return (receiver == null ? "" : "on " + described(receiver) + " ")
        + Arrays.stream(arguments)
            .map(HostileCalls::described)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String described(Object value) {
    if (value instanceof Tensor tensor) {
      if (tensor.isNull()) {
        return "a closed tensor";
      }
      return tensor.defined()
          ? "a tensor " + Arrays.toString(tensor.shape()) + " " + tensor.scalar_type().intern()
          : "an undefined tensor";
    }
    if (value instanceof Object[] array) {
      return Arrays.stream(array).map(HostileCalls::described).toList().toString();
    }
    if (value instanceof long[] array) {
      return Arrays.toString(array);
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof String text) {
      return '"' + text.substring(0, Math.min(text.length(), 20)) + '"';
    }
    return "a " + value.getClass().getSimpleName();
  }
}
