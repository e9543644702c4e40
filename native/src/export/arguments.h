#pragma once

#include <jennit/exported.h>
#include <torch/script.h>

#include <unordered_map>

namespace jennit::exported {

/// The values of a graph by the names that the file gives them.
class Names {
 public:
  /// Throws Error where the name is taken: two nodes would make the same value.
  void define(const std::string& name, torch::jit::Value* value);
  /// Throws Error where nothing makes that value.
  torch::jit::Value* find(const std::string& name) const;

 private:
  std::unordered_map<std::string, torch::jit::Value*> values_;
};

/// The type that the file means by "Tensor", "int", "float" or "bool".
c10::TypePtr type_named(const std::string& name);

/// An item as a value of `type`, at the insertion point of `graph`. What PyTorch converts is converted: numbers where
/// tensors are wanted, one number where a list is.
torch::jit::Value* value_of_item(torch::jit::Graph& graph, const Names& names, const Item& item,
                                 const c10::TypePtr& type);

/// One value for each argument of the schema, defaults included.
std::vector<torch::jit::Value*> match_arguments(torch::jit::Graph& graph, const Names& names,
                                                const c10::FunctionSchema& schema,
                                                const std::vector<Argument>& arguments);

}  // namespace jennit::exported
