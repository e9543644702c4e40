#pragma once

#include <jennit/overwriting.h>

#include "contexts.h"
#include "program.h"
#include "values.h"

namespace jennit::graph {

/// The values of one execution.
struct Program::Frame final : public Holder {
  Frame(GraphModule& module, const NamedTensors& parameters) : self(module), replaced(parameters) {}

  GraphModule& self;
  const NamedTensors& replaced;
  std::unordered_map<const torch::jit::Value*, c10::IValue> values;
  Contexts contexts;

  const c10::IValue& get(const torch::jit::Value* value) const {
    const auto found = values.find(value);
    if (found == values.end()) throw std::logic_error("the graph reads '" + value->debugName() + "' before it is set");
    return found->second;
  }

  template <class Values>
  torch::jit::Stack all(const Values& inputs) const {
    torch::jit::Stack stack;
    for (const auto* input : inputs) stack.push_back(get(input));
    return stack;
  }

  void replace(const Successor& successor) override {
    for (auto& entry : values) replace_tensors(entry.second, successor);
  }
};

}  // namespace jennit::graph
