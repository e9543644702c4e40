#pragma once

#include <jennit/callable.h>

namespace jennit {

/// A module with children and nothing else: Sequential, ModuleList, ModuleDict.
class Container : public torch::nn::Module, public Callable {
 public:
  explicit Container(std::string type) : type_(std::move(type)) {}
  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }

 protected:
  /// Sequential: each child's output is the next one's input, in the order of the children, looked up at every call.
  /// The others have no forward and say so.
  Tensors forward_list(const Tensors& inputs) override;

 private:
  std::string type_;
};

}  // namespace jennit
