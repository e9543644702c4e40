package org.jennit.weights;

import static org.jennit.weights.TorchFiles.call;
import static org.jennit.weights.TorchFiles.dict;
import static org.jennit.weights.TorchFiles.global;
import static org.jennit.weights.TorchFiles.number;
import static org.jennit.weights.TorchFiles.pickle;
import static org.jennit.weights.TorchFiles.text;
import static org.jennit.weights.TorchFiles.tuple;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnpicklerTest {
  private static final Path PICKLES =
      Path.of(System.getProperty("jennit.data", "tests/data"), "pickles");

  @TempDir Path folder;

  private Object load(String pickle) throws IOException {
    Path path = Files.writeString(folder.resolve("file.pth"), "a file of some length");
    try (TensorFile file = TensorFile.open(path)) {
      ByteBuffer bytes = ByteBuffer.wrap(TorchFiles.bytes(pickle)).order(ByteOrder.LITTLE_ENDIAN);
      return new Unpickler(file, bytes).load();
    }
  }

  private void assertRefused(String pickle, String reason) {
    var error = assertThrows(WeightsException.class, () -> load(pickle));
    assertTrue(error.getMessage().contains("file.pth"), error.getMessage());
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  /** The values of make_pickles.py, as CPython's pickler writes them in each protocol. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void readsWhatPythonWrites(int protocol) throws IOException {
    Path path = PICKLES.resolve("protocol" + protocol + ".pth");
    try (TensorFile file = TensorFile.open(path)) {
      Map<?, ?> content = assertInstanceOf(Map.class, TorchFile.readZip(file).content);
      assertEquals(3L, content.get("epoch"));
      Object[] extra = (Object[]) content.get("extra");
      Object[] numbers = java.util.Arrays.copyOf(extra, 10);
      Object[] expected = {
        null,
        true,
        -5L,
        300L,
        70000L,
        1L << 40,
        BigInteger.TWO.pow(100),
        BigInteger.TWO.pow(70).negate(),
        0.5,
        "é"
      };
      assertArrayEquals(expected, numbers);
      assertEquals(List.of(1L, List.of(2L)), extra[11]);
      assertEquals(List.of(1L, 2L), new ArrayList<>((java.util.Collection<?>) extra[12]));
      assertArrayEquals(new Object[] {4L}, (Object[]) ((Map<?, ?>) extra[13]).get(3L));
      assertEquals(Map.of("a", 2L, "b", 1L), extra[15]);
      assertArrayEquals(new Object[] {1L, 2L}, (Object[]) extra[16]);
      assertEquals("x".repeat(300), extra[17]);
    }
    try (StateDict tensors = Weights.load(path)) {
      assertEquals(List.of("a", "b", "c"), List.copyOf(tensors.keySet()));
      float[] a = new float[6];
      tensors.get("a").data_ptr_float().get(a);
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5}, a);
      assertEquals(tensors.get("a").data_ptr().address(), tensors.get("b").data_ptr().address());
      assertEquals(5f, tensors.get("b").select(0, 2).select(0, 1).item_float());
      // Sign, five bits of exponent (bias 15), two of fraction: 0x3c is 1, 0x40 is 2.
      assertEquals(1f, tensors.get("c").select(0, 0).item_float());
      assertEquals(2f, tensors.get("c").select(0, 1).item_float());
    }
  }

  @Test
  void readsPython2sOrderedDict() throws IOException {
    String pair = "](" + text("a") + number(1) + "e";
    Object dict = load(pickle(call(global("collections", "OrderedDict"), "](" + pair + "e")));
    assertEquals(Map.of("a", 1L), dict);
    assertRefused(
        pickle(call(global("collections", "OrderedDict"), "](" + number(1) + "e")), "do not fit");
  }

  @Test
  void keepsUnknownClassesInert() throws IOException {
    String call = call(global("numpy", "dtype"), text("f8"));
    InertObject dtype = assertInstanceOf(InertObject.class, load(pickle(call + "Nb")));
    assertEquals("numpy.dtype", dtype.type);
    assertArrayEquals(new Object[] {"f8"}, dtype.arguments);
    assertTrue(dtype.isBuilt);
    // As Python 2 made objects, by OBJ and INST; NEWOBJ_EX; and what an object's own call gives.
    for (String made :
        List.of(
            "(" + global("my", "Class") + "K\u0001o",
            "(K\u0001imy\nClass\n",
            global("my", "Class") + "K\u0001\u0085}\u0092",
            call(global("copyreg", "_reconstructor"), global("my", "Class"), "N", "N"),
            call(call(global("my", "Class")), "N"))) {
      assertEquals("my.Class", assertInstanceOf(InertObject.class, load(pickle(made))).type);
    }
    Object items = load(pickle(global("my", "Dict") + ")\u0081(" + text("a") + "Nu"));
    assertEquals(Set.of("a"), ((InertObject) items).items.keySet());
    assertInstanceOf(InertObject.class, load(pickle(global("my", "List") + ")\u0081(NNe")));
  }

  @Test
  void refusesFunctionsThatRunCode() {
    assertRefused(pickle(global("posix", "system")), "'posix.system'");
    assertRefused(pickle(global("__builtin__", "eval")), "'__builtin__.eval'");
    assertRefused(pickle(global("os.path", "join")), "'os.path.join'");
    assertRefused(pickle("(" + "ios\nsystem\n"), "'os.system'");
    assertRefused(pickle(text("subprocess") + text("Popen") + "\u0093"), "'subprocess.Popen'");
    assertRefused(pickle(number(1) + text("Popen") + "\u0093"), "whose name is not text");
    assertRefused(pickle("c" + "x".repeat(300) + "\ny\n"), "no name");
    assertRefused(pickle(global("torch", "Tensor") + ")R"), "do not fit");
  }

  @Test
  void readsOpcodesOfOldPickles() throws IOException {
    assertEquals(7L, load(pickle("I7\n")));
    assertEquals(true, load(pickle("I01\n")));
    assertEquals(List.of(1L, 2L), load(pickle("(K\u0001K\u0002l")));
    assertEquals(Map.of(1L, 2L), load(pickle("(K\u0001K\u0002d")));
    assertEquals(1L, load(pickle("K\u0001N0(0(NN1")));
    assertArrayEquals(new Object[] {1L, 1L}, (Object[]) load(pickle("K\u00012\u0086")));
    assertInstanceOf(InertObject.class, load(pickle("(N\u0091")));
    assertRefused(pickle("Ix\n"), "a number that is none");
    assertRefused(pickle("(o"), "cannot be called");
  }

  @Test
  void refusesOtherOpcodes() {
    for (String opcode : List.of("P", "\u0082", "\u0097", "p", "g", "S", "V", "F", "L")) {
      assertRefused(pickle(opcode + "    "), "opcode 0x");
    }
    assertRefused("\u0080\u0009N.", "protocol 9");
  }

  @Test
  void refusesMisuseOfTheStack() {
    assertRefused(pickle(""), "a value that is not there");
    assertRefused(pickle("N(\u0085"), "a value that is not there");
    assertRefused(pickle("t"), "a mark that is not there");
    assertRefused(pickle("h\u0005"), "remembered value 5");
    assertRefused(pickle("NNa"), "no list");
    assertRefused(pickle("NNNs"), "no dict");
    assertRefused(pickle("}(Nu"), "no dict");
    assertRefused(pickle("NNb"), "has none");
    assertRefused(pickle("N)R"), "cannot be called");
    assertRefused(pickle("}]Ns"), "dict key");
    assertRefused(pickle("\u008f]a"), "set element");
    assertRefused(pickle("}" + text("k".repeat(70_000)) + "Ns"), "70000 characters");
    assertRefused(pickle("NQ"), "other than a storage");
    assertRefused(pickle("Nr\u00ff\u00ff\u00ff\u00ff"), "a memory of 4294967295 values");
    assertRefused("\u0080\u0002N", "ends in the middle");
    assertRefused("\u0080\u0002X\u00ff\u00ff\u00ff\u00ffabc.", "ends in the middle");
    assertRefused("\u0080\u0002\u008d\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ffa", "ends in");
  }

  @Test
  void deepNestsNeitherOverflowTheStackNorTakeLong() {
    int depth = 1_000_000;
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          load(pickle("]".repeat(depth) + "a".repeat(depth - 1)));
          load(pickle("N" + "\u0085".repeat(depth)));
          load(pickle("}N" + "\u0085".repeat(depth) + "Ns"));
          load(pickle("}q\u0001" + text("self") + "h\u0001s"));
          assertRefused(pickle("(".repeat(depth)), "a value that is not there");
          assertRefused(pickle("N0".repeat(3)), "a value that is not there");
          assertRefused("\u0080\u0002" + "N".repeat(1 << 23), "steps");
        });
  }

  /** Small pickles that use one large value many times over. */
  @Test
  void repeatedUseOfALargeValueCostsNothing() throws IOException {
    String many = "(" + "K\u0001".repeat(1_000_000) + "tq\u0001";
    String sized =
        TorchFiles.V2 + "q\u0002" + TorchFiles.storage("FloatStorage", "0", 1) + "q\u0003";
    String arguments = tuple("h\u0003", "K\u0000", "h\u0001", "h\u0001", "\u0089", "}") + "q\u0004";
    assertRefused(
        pickle(many + sized + arguments + "h\u0002h\u0004R".repeat(100_000)), "do not fit");
    String list = "](" + "K\u0001".repeat(1_000_000) + "eq\u0001\u0085q\u0002";
    String set = global("builtins", "set") + "q\u0003";
    assertInstanceOf(List.class, load(pickle(list + set + "h\u0003h\u0002R".repeat(100_000))));
    assertEquals(new LinkedHashSet<>(), load(pickle("\u008f")));
  }

  /** Arguments that hold arguments: what they are nested in must not recurse. */
  @Test
  void refusesNestedRebuilding() {
    String rebuild = global("torch._tensor", "_rebuild_from_type_v2") + "q\u0001";
    String type = global("torch", "Tensor") + "q\u0002";
    int depth = 100_000;
    String nest = "(h\u0001h\u0002".repeat(depth) + ")" + "Nt".repeat(depth);
    assertRefused(pickle(rebuild + type + "h\u0001" + nest + "R"), "do not fit");
  }

  @Test
  void dropsTheStateBesideAnOrderedDict() throws IOException {
    Object dict = load(pickle(dict(text("a"), number(1)) + dict(text("_metadata"), "}") + "b"));
    assertEquals(Map.of("a", 1L), dict);
  }
}
