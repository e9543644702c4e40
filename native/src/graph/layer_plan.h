#pragma once

#include <jennit/options.h>
#include <torch/script.h>

#include <functional>

namespace jennit::graph {

/// A layer read back from a graph: what make_layer needs, and the tensors that the layer takes over.
struct LayerPlan {
  std::string type;
  Options options;
  NamedTensors tensors;
  /// What the operator takes besides options and tensors; empty where the plan comes from attributes.
  std::vector<const torch::jit::Value*> inputs;
};

/// Takes over an option as a file writes it down.
void set_option(LayerPlan& plan, const std::string& name, const c10::IValue& value);
/// Sets the options that follow from the tensors. False where they do not suffice.
bool set_sizes(LayerPlan& plan);

/// What is known of a value before anything runs: a constant, or an attribute of a module.
using Known = std::function<std::optional<c10::IValue>(const torch::jit::Value*)>;

/// The value of a constant, or of a list of constants.
std::optional<c10::IValue> constant_of(const torch::jit::Value* value, const Known& attribute);

/// "relu" for aten::relu and aten::relu_; "" for what is not of aten.
std::string operator_name(const torch::jit::Node& node);
/// True for operators that overwrite their first argument.
bool is_in_place(const torch::jit::Node& node);

/// The layer of `type` that does what one node of a graph does in a module whose train flag is `training`.
std::optional<LayerPlan> plan_of_node(const std::string& type, const torch::jit::Node& node, const Known& attribute,
                                      bool training);

/// Makes the layer. Its tensors are those of the plan, not copies. Null where they do not fit, or torch refuses.
ModulePtr make_planned(const LayerPlan& plan);

}  // namespace jennit::graph
