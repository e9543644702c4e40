#include <ATen/Context.h>
#include <ATen/cpu/Utils.h>
#include <jennit/float32_precision.h>

#include <stdexcept>

namespace jennit {

using at::Float32Backend;
using at::Float32Op;
using at::Float32Precision;

// oneDNN takes the hint with AMX alone: AVX512_BF16 multiplies tensors of bfloat16, which these are not.
bool has_bf16_products() { return at::cpu::is_amx_tile_supported(); }

void set_bf16_products(bool round) {
  if (round && !has_bf16_products())
    throw std::invalid_argument(
        "this processor multiplies no bfloat16 for float32 (it has no AMX): leave products as they are");
  const auto precision = round ? Float32Precision::BF16 : Float32Precision::NONE;
  for (const auto operation : {Float32Op::CONV, Float32Op::MATMUL})
    at::globalContext().setFloat32Precision(Float32Backend::MKLDNN, operation, precision);
}

bool bf16_products() {
  return at::globalContext().float32Precision(Float32Backend::MKLDNN, Float32Op::CONV) == Float32Precision::BF16;
}

}  // namespace jennit
