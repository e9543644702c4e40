package org.jennit.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Reads the part of Python's pickle format that tensors and plain values need, and nothing that
 * could name or run code: a global is looked up in {@link TorchGlobals} and refused unless it is
 * there.
 *
 * <p>Python's None becomes null, int Long or BigInteger, float Double, bool Boolean, str String,
 * bytes byte[], tuple Object[], list ArrayList, dict LinkedHashMap, set LinkedHashSet. The stack
 * machine does not recurse, and every step costs a bounded amount of memory, so that the limits on
 * the pickle's length and steps bound it as a whole. Opcodes are those of CPython's pickletools.
 */
final class Unpickler {
  /** Far above what checkpoints need (about 30 for a tensor). */
  private static final int MAX_STEPS = 1 << 22;

  private static final int MAX_NAME = 255;

  /** Comparing longer keys, again and again, could take hours. */
  private static final int MAX_KEY = 1 << 16;

  private final TensorFile file;
  private final ByteBuffer pickle;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private final Map<String, StorageRef> storages = new HashMap<>();

  /**
   * An unpickler.
   *
   * @param pickle little-endian; after {@link #load} it stands behind the pickle
   */
  Unpickler(TensorFile file, ByteBuffer pickle) {
    this.file = file;
    this.pickle = pickle;
  }

  Object load() throws IOException {
    try {
      for (int step = 0; step < MAX_STEPS; step++) {
        int opcode = Byte.toUnsignedInt(pickle.get());
        if (opcode == '.') {
          return pop();
        }
        execute(opcode);
      }
    } catch (BufferUnderflowException e) {
      throw file.refuse("its pickle ends in the middle: it is damaged or cut short");
    }
    throw file.refuse("its pickle takes more than " + MAX_STEPS + " steps, too many for weights");
  }

  private void execute(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> requireProtocol(Byte.toUnsignedInt(pickle.get())); // PROTO
      case 0x95 -> pickle.getLong(); // FRAME
      case '(' -> marks.add(stack.size());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) pickle.getInt());
      case 'K' -> push((long) Byte.toUnsignedInt(pickle.get()));
      case 'M' -> push((long) Short.toUnsignedInt(pickle.getShort()));
      case 0x8a -> push(integer(bytes(Byte.toUnsignedInt(pickle.get())))); // LONG1
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(pickle.getLong())));
      case 'X', 'T' -> push(text(Integer.toUnsignedLong(pickle.getInt())));
      case 'U', 0x8c -> push(text(Byte.toUnsignedInt(pickle.get())));
      case 0x8d -> push(text(pickle.getLong())); // BINUNICODE8
      case 'B' -> push(bytes(Integer.toUnsignedLong(pickle.getInt())));
      case 'C' -> push(bytes(Byte.toUnsignedInt(pickle.get())));
      case 0x8e, 0x96 -> push(bytes(pickle.getLong())); // BINBYTES8, BYTEARRAY8
      case ')' -> push(TorchGlobals.NO_ARGUMENTS);
      case 't' -> push(popToMark());
      case 0x85 -> push(new Object[] {pop()});
      case 0x86 -> push(popMany(2));
      case 0x87 -> push(popMany(3));
      case ']' -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case 0x8f -> push(new LinkedHashSet<>());
      case 'a' -> append(new Object[] {pop()});
      case 'e', 0x90 -> append(popToMark()); // APPENDS, ADDITEMS
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popToMark());
      case 'q' -> memo.put((long) Byte.toUnsignedInt(pickle.get()), peek());
      case 'r' -> memo.put(Integer.toUnsignedLong(pickle.getInt()), peek());
      case 0x94 -> memo.put((long) memo.size(), peek()); // MEMOIZE
      case 'h' -> recall(Byte.toUnsignedInt(pickle.get()));
      case 'j' -> recall(Integer.toUnsignedLong(pickle.getInt()));
      case 'c' -> push(TorchGlobals.find(file, line(), line()));
      case 0x93 -> pushGlobal();
      case 'R', 0x81 -> call(popMany(2)); // REDUCE, NEWOBJ
      case 'Q' -> push(storage(StorageRef.of(file, pop())));
      case 'b' -> build(pop());
      default ->
          throw refuse(String.format("the opcode 0x%02x, which weights do not need", opcode));
    }
  }

  /** Every storage that the pickle refers to, by its key. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  private StorageRef storage(StorageRef storage) throws WeightsException {
    StorageRef first = storages.putIfAbsent(storage.key(), storage);
    if (first != null
        && (first.dtype() != storage.dtype() || first.elements() != storage.elements())) {
      throw refuse("the storage '" + storage.key() + "' in two types or lengths");
    }
    return storage;
  }

  private void requireProtocol(int protocol) throws WeightsException {
    if (protocol > 5) {
      throw refuse("protocol " + protocol + ", which is unknown: save it with pickle_protocol=2");
    }
  }

  private void pushGlobal() throws IOException {
    Object[] names = popMany(2);
    if (!(names[0] instanceof String module && names[1] instanceof String name)) {
      throw refuse("a global whose name is not text");
    }
    push(TorchGlobals.find(file, module, name));
  }

  private void call(Object[] callAndArguments) throws IOException {
    if (!(callAndArguments[0] instanceof TorchGlobals.Global global
        && callAndArguments[1] instanceof Object[] arguments)) {
      throw refuse("a call of something that cannot be called");
    }
    push(global.build(file, arguments));
  }

  /**
   * The state that Python keeps beside an OrderedDict's items (a state_dict's versions) is dropped.
   */
  private void build(Object state) throws WeightsException {
    if (!(peek() instanceof Map && state instanceof Map)) {
      throw refuse("state for an object that has none; save tensors and plain values only");
    }
  }

  private void append(Object[] items) throws WeightsException {
    Object target = peek();
    if (target instanceof LinkedHashSet<?>) {
      for (Object item : items) {
        requireHashable(item);
      }
    } else if (!(target instanceof ArrayList<?>)) {
      throw refuse("items for something that is no list");
    }
    @SuppressWarnings("unchecked")
    Collection<Object> collection = (Collection<Object>) target;
    collection.addAll(Arrays.asList(items));
  }

  private void setItems(Object[] items) throws WeightsException {
    if (!(peek() instanceof LinkedHashMap<?, ?>) || items.length % 2 != 0) {
      throw refuse("keys and values for something that is no dict");
    }
    @SuppressWarnings("unchecked")
    Map<Object, Object> map = (Map<Object, Object>) peek();
    for (int i = 0; i < items.length; i += 2) {
      requireHashable(items[i]);
      map.put(items[i], items[i + 1]);
    }
  }

  /** Only plain keys: hashing a nest of tuples could overflow Java's stack. */
  private void requireHashable(Object key) throws WeightsException {
    if (key instanceof String text && text.length() > MAX_KEY) {
      throw refuse("a dict key of " + text.length() + " characters");
    }
    if (!(key == null
        || key instanceof String
        || key instanceof Number
        || key instanceof Boolean)) {
      throw refuse("a dict key or set element that is not text, a number, a bool or None");
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object pop() throws WeightsException {
    peek();
    return stack.remove(stack.size() - 1);
  }

  private Object peek() throws WeightsException {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() <= floor) {
      throw refuse("a value that is not there");
    }
    return stack.get(stack.size() - 1);
  }

  private Object[] popMany(int count) throws WeightsException {
    Object[] values = new Object[count];
    for (int i = count - 1; i >= 0; i--) {
      values[i] = pop();
    }
    return values;
  }

  private Object[] popToMark() throws WeightsException {
    if (marks.isEmpty()) {
      throw refuse("a mark that is not there");
    }
    List<Object> top = stack.subList(marks.remove(marks.size() - 1), stack.size());
    Object[] values = top.toArray();
    top.clear();
    return values;
  }

  private void recall(long index) throws WeightsException {
    Object value = memo.get(index);
    if (value == null && !memo.containsKey(index)) {
      throw refuse("the remembered value " + index + ", which is not there");
    }
    push(value);
  }

  private byte[] bytes(long length) {
    if (length < 0 || length > pickle.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[(int) length];
    pickle.get(bytes);
    return bytes;
  }

  private String text(long length) {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  /** A line of text, as GLOBAL has two of. */
  private String line() throws WeightsException {
    StringBuilder line = new StringBuilder();
    for (char next = (char) pickle.get(); next != '\n'; next = (char) pickle.get()) {
      if (next >= 0x7f || line.length() == MAX_NAME) {
        throw refuse("a global whose name is no name");
      }
      line.append(next);
    }
    return line.toString();
  }

  /** Two's complement, the lowest byte first. */
  private static Object integer(byte[] bytes) {
    if (bytes.length <= Long.BYTES) {
      byte[] wide = Arrays.copyOf(bytes, Long.BYTES);
      boolean negative = bytes.length > 0 && bytes[bytes.length - 1] < 0;
      Arrays.fill(wide, bytes.length, Long.BYTES, (byte) (negative ? -1 : 0));
      return ByteBuffer.wrap(wide).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    return new BigInteger(bytes);
  }

  private WeightsException refuse(String what) {
    return file.refuse("its pickle asks, at byte " + pickle.position() + ", for " + what);
  }
}
