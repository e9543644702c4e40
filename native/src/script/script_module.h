#pragma once

#include <jennit/callable.h>
#include <torch/script.h>

#include "graph_program.h"

namespace jennit::script {

/// A module of a TorchScript file that executes its own graph and calls its children by name.
class ScriptModule final : public torch::nn::Module, public Callable {
 public:
  /// Registers the parameters and buffers of `source`, which shares them; children are registered by the importer.
  ScriptModule(std::string type, torch::jit::Module source);

  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  Tensor* own_parameter(const std::string& name) override;
  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override;

  /// Gives the module what it executes for a method. Before the first call alone.
  void set_program(const std::string& method, std::unique_ptr<Program> program);
  /// Null where the file has no such method that could be called from outside.
  const Program* program(const std::string& method) const;

  /// An attribute of its own: a parameter, a buffer, or anything else that is no child.
  c10::IValue attribute(const std::string& name);
  void set_attribute(const std::string& name, const c10::IValue& value);

  const torch::jit::Module& source() const { return source_; }

 protected:
  Tensors forward_list(const Tensors& inputs) override;

 private:
  Tensors run(const Tensors& inputs, const NamedTensors& replaced);
  std::vector<c10::IValue> arguments(const Tensors& inputs) const;

  std::string type_;
  torch::jit::Module source_;
  /// What the graph reads as its parameters and buffers.
  NamedTensors effective_;
  std::map<std::string, std::unique_ptr<Program>> programs_;
};

/// What a graph reads as attribute `name` of a node: a child, a parameter, a buffer, the train flag...
c10::IValue attribute_of(torch::nn::Module& node, const std::string& name);

}  // namespace jennit::script
