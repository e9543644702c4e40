package org.jennit.weights;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The element types a weight file may hold, under the names that LibTorch, PyTorch's pickles and
 * safetensors give them. Quantised types are absent: their values mean nothing without a quantiser.
 */
enum DType {
  BOOL(ScalarType.Bool, 1, "bool", "BoolStorage", "BOOL"),
  UINT8(ScalarType.Byte, 1, "uint8", "ByteStorage", "U8"),
  INT8(ScalarType.Char, 1, "int8", "CharStorage", "I8"),
  INT16(ScalarType.Short, 2, "int16", "ShortStorage", "I16"),
  INT32(ScalarType.Int, 4, "int32", "IntStorage", "I32"),
  INT64(ScalarType.Long, 8, "int64", "LongStorage", "I64"),
  UINT16(ScalarType.UInt16, 2, "uint16", null, "U16"),
  UINT32(ScalarType.UInt32, 4, "uint32", null, "U32"),
  UINT64(ScalarType.UInt64, 8, "uint64", null, "U64"),
  FLOAT16(ScalarType.Half, 2, "float16", "HalfStorage", "F16"),
  BFLOAT16(ScalarType.BFloat16, 2, "bfloat16", "BFloat16Storage", "BF16"),
  FLOAT32(ScalarType.Float, 4, "float32", "FloatStorage", "F32"),
  FLOAT64(ScalarType.Double, 8, "float64", "DoubleStorage", "F64"),
  COMPLEX32(ScalarType.ComplexHalf, 4, "complex32", null, null),
  COMPLEX64(ScalarType.ComplexFloat, 8, "complex64", "ComplexFloatStorage", "C64"),
  COMPLEX128(ScalarType.ComplexDouble, 16, "complex128", "ComplexDoubleStorage", null),
  FLOAT8_E5M2(ScalarType.Float8_e5m2, 1, "float8_e5m2", null, "F8_E5M2"),
  FLOAT8_E4M3FN(ScalarType.Float8_e4m3fn, 1, "float8_e4m3fn", null, "F8_E4M3"),
  FLOAT8_E5M2FNUZ(ScalarType.Float8_e5m2fnuz, 1, "float8_e5m2fnuz", null, "F8_E5M2FNUZ"),
  FLOAT8_E4M3FNUZ(ScalarType.Float8_e4m3fnuz, 1, "float8_e4m3fnuz", null, "F8_E4M3FNUZ"),
  FLOAT8_E8M0FNU(ScalarType.Float8_e8m0fnu, 1, "float8_e8m0fnu", null, "F8_E8M0"),
  /** Two numbers in a byte: safetensors counts the numbers, LibTorch the bytes. */
  FLOAT4_E2M1FN_X2(ScalarType.Float4_e2m1fn_x2, 1, "float4_e2m1fn_x2", null, "F4"),
  BITS8(ScalarType.Bits8, 1, "bits8", null, null),
  BITS16(ScalarType.Bits16, 2, "bits16", null, null),
  BITS1X8(ScalarType.Bits1x8, 1, "bits1x8", null, null),
  BITS2X4(ScalarType.Bits2x4, 1, "bits2x4", null, null),
  BITS4X2(ScalarType.Bits4x2, 1, "bits4x2", null, null);

  final ScalarType scalarType;
  final int bytes;
  final String torchName;

  /** The class of torch's typed storages; null for younger types, which have untyped storages. */
  final String storageName;

  /** The name in a safetensors header; null where that format has none. */
  final String safetensorsName;

  DType(ScalarType type, int bytes, String torchName, String storageName, String safetensorsName) {
    this.scalarType = type;
    this.bytes = bytes;
    this.torchName = torchName;
    this.storageName = storageName;
    this.safetensorsName = safetensorsName;
  }

  static Optional<DType> of(ScalarType type) {
    return Arrays.stream(values()).filter(dtype -> dtype.scalarType == type).findFirst();
  }

  static Optional<DType> ofSafetensors(String name) {
    return Arrays.stream(values()).filter(d -> name.equals(d.safetensorsName)).findFirst();
  }

  static Optional<DType> ofTorch(String name) {
    return Arrays.stream(values()).filter(dtype -> name.equals(dtype.torchName)).findFirst();
  }

  static Optional<DType> ofStorage(String name) {
    return Arrays.stream(values()).filter(d -> name.equals(d.storageName)).findFirst();
  }
}
