package org.jennit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jennit.JennitException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Inputs that are as long as the file declares, by symbols and by what is made of them. */
class DynamicSizesTest {
  private static final Path FILE =
      Path.of(System.getProperty("jennit.data", "tests/data")).resolve("exported/derived.pt2");

  private static Tensor rows(long rows) {
    return torch.ones(rows, 2).to(ScalarType.Double);
  }

  @ParameterizedTest
  @CsvSource({"1", "7", "50"})
  void aMultipleGoesWithItsSymbol(long length) {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = ExportedProgram.load(FILE)) {
      assertEquals(length, model.forward(rows(length), rows(2 * length)).size(0));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 7 | dimension 0 (2*s77) has 1 to 50 in such steps",
        "3 | 8 | dimension 0 (2*s77) goes by s77, which is 3 by input 'x'",
        "51 | 102 | dimension 0 (s77) has 1 to 50",
        "3 | 0 | dimension 0 (2*s77) has 1 to 50",
        "3 | 8 | was exported for [2*s77 (s77: 1 to 50), 2]"
      })
  void otherLengthsAreRefused(long first, long second, String reason) {
    try (PointerScope scope = new PointerScope();
        ExportedProgram model = ExportedProgram.load(FILE)) {
      String message =
          assertThrows(JennitException.class, () -> model.forward(rows(first), rows(second)))
              .getMessage();
      assertTrue(message.contains(reason), message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Symbol('s0', positive=True, integer=True) | s0 | 1 | 0",
        "Mul(Integer(8), Symbol('s0')) | s0 | 8 | 0",
        "Add(Mul(Integer(2), Symbol('s1', integer=True)), Integer(-1)) | s1 | 2 | -1",
        "Mul(Integer(3), Add(Symbol('s1'), Integer(2))) | s1 | 3 | 6",
        "Add(Symbol('s1'), Symbol('s1')) | s1 | 2 | 0",
        "Add(Symbol('s1'), Symbol('s2')) | '' | 1 | 0",
        "Mul(Symbol('s1'), Symbol('s1')) | '' | 1 | 0",
        "Pow(Symbol('s1'), Integer(2)) | '' | 1 | 0",
        "Mul(Integer(0), Symbol('s1')) | '' | 1 | 0",
        "Mul(Integer(999999999999999999), Integer(99), Symbol('s1')) | '' | 1 | 0",
        "Mul(Integer(2), Symbol('s1') | '' | 1 | 0",
        "'' | '' | 1 | 0"
      })
  void sizesAreReadAsSymPyWritesThem(String text, String symbol, long factor, long offset) {
    assertEquals(new SymbolicSize(symbol, factor, offset), SymbolicSize.parse(text));
  }

  @Test
  void aTextWithoutEndIsAnySize() {
    assertEquals(new SymbolicSize("", 1, 0), SymbolicSize.parse("Add(".repeat(100_000)));
  }
}
