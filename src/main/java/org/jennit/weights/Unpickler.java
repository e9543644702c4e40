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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Reads Python's pickles without Python, and runs nothing: a global is looked up by a {@link
 * PickleDialect}, and a class or function that it does not know becomes an {@link InertObject} of
 * that name.
 *
 * <p>Python's None becomes null, int Long or BigInteger, float Double, bool Boolean, str String,
 * bytes byte[], tuple Object[], list ArrayList, dict {@link PickledDict}, set LinkedHashSet. The
 * stack machine does not recurse, and every step costs a bounded amount of memory, so that the
 * limits on the pickle's length and steps bound it as a whole. Opcodes are those of CPython's
 * pickletools.
 */
final class Unpickler {
  /** Far above what checkpoints need (about 30 for a tensor). */
  private static final int MAX_STEPS = 1 << 22;

  private static final int MAX_NAME = 255;

  /** Comparing longer keys, again and again, could take hours. */
  private static final int MAX_KEY = 1 << 16;

  private final TensorFile file;
  private final ByteBuffer pickle;
  private final PickleDialect dialect;
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
    this(file, pickle, PickleDialect.PYTHON);
  }

  Unpickler(TensorFile file, ByteBuffer pickle, PickleDialect dialect) {
    this.file = file;
    this.pickle = pickle;
    this.dialect = dialect;
  }

  Object load() throws IOException {
    try {
      for (int step = 0; step < MAX_STEPS; step++) {
        int opcode = Byte.toUnsignedInt(pickle.get());
        if (!dialect.knows(opcode)) {
          throw unknown(opcode);
        }
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
      case '}' -> push(new PickledDict());
      case 'l' -> push(new ArrayList<>(Arrays.asList(popToMark())));
      case 'd' -> pushDict(popToMark());
      case 0x8f -> push(new LinkedHashSet<>());
      case 0x91 -> push(new InertObject("builtins.frozenset", popToMark()));
      case 'I' -> push(decimal(line()));
      case 'a' -> append(new Object[] {pop()});
      case 'e', 0x90 -> append(popToMark()); // APPENDS, ADDITEMS
      case 's' -> setItems(popMany(2));
      case 'u' -> setItems(popToMark());
      case '0' -> discard();
      case '1' -> popToMark();
      case '2' -> push(peek());
      case 'q' -> remember(Byte.toUnsignedInt(pickle.get()));
      case 'r' -> remember(Integer.toUnsignedLong(pickle.getInt()));
      case 0x94 -> memo.put((long) memo.size(), peek()); // MEMOIZE
      case 'h' -> recall(Byte.toUnsignedInt(pickle.get()));
      case 'j' -> recall(Integer.toUnsignedLong(pickle.getInt()));
      case 'c' -> push(dialect.find(file, line(), line()));
      case 0x93 -> pushGlobal();
      case 'R' -> reduce(popMany(2));
      case 0x81 -> call(popMany(2)); // NEWOBJ
      case 0x92 -> call(Arrays.copyOf(popMany(3), 2)); // NEWOBJ_EX, whose names are dropped
      case 'o' -> callFirst(popToMark()); // OBJ, as Python 2 made objects
      case 'i' -> callNamed(dialect.find(file, line(), line())); // INST
      case 'Q' -> push(persistent(pop()));
      case 'b' -> build(pop());
      default -> throw unknown(opcode);
    }
  }

  private WeightsException unknown(int opcode) {
    return refuse(String.format("the opcode 0x%02x, which weights do not need", opcode));
  }

  /** Every storage that the pickle refers to, by its key. */
  Map<String, StorageRef> storages() {
    return storages;
  }

  /** Every value that the pickle remembered. */
  Collection<Object> memo() {
    return memo.values();
  }

  /** A storage, or the class of a whole module, beside which torch.save keeps its source. */
  private Object persistent(Object id) throws IOException {
    boolean source = id instanceof Object[] parts && parts.length == 4 && "module".equals(parts[0]);
    return source && ((Object[]) id)[1] instanceof TorchGlobals.Global type
        ? type
        : storage(StorageRef.of(file, id, dialect.storageLimit(file)));
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
    push(dialect.find(file, module, name));
  }

  private void call(Object[] callAndArguments) throws IOException {
    if (callAndArguments[0] instanceof InertObject function) {
      push(new InertObject(function.type, callAndArguments));
    } else if (callAndArguments[0] instanceof TorchGlobals.Global global
        && callAndArguments[1] instanceof Object[] arguments) {
      push(global.build(file, arguments));
    } else {
      throw refuse("a call of something that cannot be called");
    }
  }

  /** What it makes is finished, where NEWOBJ's objects may wait for their state. */
  private void reduce(Object[] callAndArgument) throws IOException {
    if (dialect.takesBareArguments() && !(callAndArgument[1] instanceof Object[])) {
      callAndArgument[1] = new Object[] {callAndArgument[1]};
    }
    call(callAndArgument);
    if (peek() instanceof InertObject object) {
      object.isBuilt = true;
    }
  }

  private void callFirst(Object[] callAndArguments) throws IOException {
    if (callAndArguments.length == 0) {
      throw refuse("a call of something that cannot be called");
    }
    Object[] arguments = Arrays.copyOfRange(callAndArguments, 1, callAndArguments.length);
    call(new Object[] {callAndArguments[0], arguments});
  }

  private void callNamed(TorchGlobals.Global global) throws IOException {
    push(global.build(file, popToMark()));
  }

  /**
   * What Python would set on an object: kept with those that stay inert, and of a dict for the
   * versions of a state_dict; a tensor's (old Variables have one) is dropped.
   */
  private void build(Object state) throws WeightsException {
    Object target = peek();
    if (target instanceof InertObject object) {
      object.state = state;
      object.isBuilt = true;
    } else if (target instanceof PickledDict dict) {
      dict.setAttributes(state instanceof Map<?, ?> attributes ? attributes : Map.of());
    } else if (!(target instanceof PickledTensor)) {
      throw refuse("state for an object that has none; save tensors and plain values only");
    }
  }

  private void append(Object[] items) throws WeightsException {
    Object target = peek();
    if (target instanceof InertObject) {
      return; // of a class that extends list or set, which nothing here looks into
    }
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
    Object target = peek();
    PickledDict dict = target instanceof InertObject object ? object.items : null;
    dict = target instanceof PickledDict plain ? plain : dict;
    if (dict == null || items.length % 2 != 0) {
      throw refuse("keys and values for something that is no dict");
    }
    for (int i = 0; i < items.length; i += 2) {
      requireHashable(items[i]);
      dict.put(items[i], items[i + 1]);
    }
  }

  private void pushDict(Object[] items) throws WeightsException {
    push(new PickledDict());
    setItems(items);
  }

  /**
   * As in Python, no lists, dicts and sets. Tuples and objects are hashed by their identity here:
   * hashing a nest of them could overflow Java's stack.
   */
  private void requireHashable(Object key) throws WeightsException {
    if (key instanceof String text && text.length() > MAX_KEY) {
      throw refuse("a dict key of " + text.length() + " characters");
    }
    if (key instanceof Collection || key instanceof Map) {
      throw refuse("a dict key or set element that is a list, a dict or a set");
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

  /** Python's POP takes a mark where nothing stands above it. */
  private void discard() throws WeightsException {
    if (!marks.isEmpty() && marks.get(marks.size() - 1) == stack.size()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  /** Refuses numbers that no pickle of this length counts up to: LibTorch makes room for them. */
  private void remember(long index) throws WeightsException {
    if (index > pickle.limit()) {
      throw refuse("a memory of " + index + " values");
    }
    if (dialect.forgetsUnbuilt() && peek() instanceof InertObject object && !object.isBuilt) {
      throw refuse("an object before it has its state");
    }
    memo.put(index, peek());
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
      if (next < ' ' || next >= 0x7f || line.length() == MAX_NAME) {
        throw refuse("a line of text that is no name");
      }
      line.append(next);
    }
    return line.toString();
  }

  /** A number as text, as Python 2 wrote large ones; 00 and 01 are its False and True. */
  private Object decimal(String text) throws WeightsException {
    try {
      return text.equals("00") || text.equals("01") ? text.equals("01") : Long.valueOf(text.trim());
    } catch (NumberFormatException e) {
      throw refuse("a number that is none");
    }
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
