#pragma once

#include <jennit/callable.h>
#include <torch/script.h>

#include "program.h"

namespace jennit::graph {

/// A tensor that a file registers in a module.
struct RegisteredTensor {
  std::string name;
  Tensor value;
  bool is_parameter = true;
};

/// A module that executes its own graphs and calls its children by name. Whoever reads a file gives it what the file
/// says; it knows of no file.
class GraphModule final : public torch::nn::Module, public Callable {
 public:
  /// `tensors` are registered in their order, not copied; parameters require gradients as they do. `attributes` are all
  /// else that the graphs read from the module, its children excepted, which are registered as in any module.
  GraphModule(std::string type, const std::vector<RegisteredTensor>& tensors,
              std::map<std::string, c10::IValue> attributes);

  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  Tensor* own_parameter(const std::string& name) override;
  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override;

  /// Keeps what the graphs refer to, such as the types of their values.
  void keep(std::shared_ptr<const void> owner) { owner_ = std::move(owner); }
  /// Gives the module what it executes for a method. Before the first call alone.
  void set_program(const std::string& method, std::unique_ptr<Program> program);
  /// Null where the file has no such method that could be called from outside.
  const Program* program(const std::string& method) const;
  Program* program(const std::string& method);
  /// The methods that have one, sorted.
  std::vector<std::string> methods() const;

  /// Where in the user's source each child is first called; see Program::places.
  std::map<std::string, std::string> places() const;
  /// Lets `check` refuse, by what it throws, the tensors that the forward is called with from outside of graphs. Before
  /// the first call alone.
  void set_input_check(std::function<void(const Tensors& inputs)> check) { check_ = std::move(check); }

  /// An attribute of its own: a parameter, a buffer, or anything else that is no child.
  c10::IValue attribute(const std::string& name);
  void set_attribute(const std::string& name, const c10::IValue& value);
  bool has_attribute(const std::string& name) const;

 protected:
  Tensors forward_list(const Tensors& inputs) override;

 private:
  Tensors run(const Tensors& inputs, const NamedTensors& replaced);

  std::string type_;
  std::shared_ptr<const void> owner_;
  std::map<std::string, c10::IValue> attributes_;
  /// What the graph reads as its parameters and buffers.
  NamedTensors effective_;
  std::map<std::string, std::unique_ptr<Program>> programs_;
  std::function<void(const Tensors&)> check_;
};

/// What a graph reads as attribute `name` of a node: a child, a parameter, a buffer, the train flag...
c10::IValue attribute_of(torch::nn::Module& node, const std::string& name);

}  // namespace jennit::graph
