#pragma once

// What products of float32 tensors on the CPU, those of convolutions and dense layers, do with their factors.

namespace jennit {

/// Whether the processor can, and oneDNN does (AMX).
bool has_bf16_products();

/// Whether products round their factors to bfloat16, with 8 bits for 24, and add them up in float32; in the whole
/// process, at first not. Throws std::invalid_argument where the processor would have to emulate it. Thread-safe; a
/// pass that runs meanwhile may do either.
void set_bf16_products(bool round);

bool bf16_products();

}  // namespace jennit
