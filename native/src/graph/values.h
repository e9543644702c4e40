#pragma once

#include <jennit/overwriting.h>
#include <torch/script.h>

namespace jennit::graph {

// Graphs hand any value around. LibTorch keeps what builds and takes apart values to its interpreter.

c10::IValue list_of(const torch::jit::Node& node, torch::jit::Stack elements);
c10::IValue dict_of(const torch::jit::Node& node, const torch::jit::Stack& entries);
c10::IValue tuple_of(const torch::jit::Node& node, torch::jit::Stack elements);
/// Of a tuple or a list.
torch::jit::Stack elements_of(const c10::IValue& value);
/// What prim::isinstance answers.
bool is_instance(const torch::jit::Node& node, const c10::IValue& value);

/// The tensors in a value, also those inside tuples, lists and dictionaries.
void flatten(const c10::IValue& value, Tensors& tensors);
/// The same value around other tensors, as many as flatten gives.
c10::IValue refill(const c10::IValue& value, Tensors::const_iterator& next);
/// Replaces the tensors in a value; those in lists and dictionaries for all who share them. False where none was.
bool replace_tensors(c10::IValue& value, const Successor& successor);

}  // namespace jennit::graph
