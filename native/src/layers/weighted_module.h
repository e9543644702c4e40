#pragma once

#include <jennit/callable.h>

namespace jennit {

/// A node of our own with parameters, which every call reads from one list.
class WeightedModule : public torch::nn::Module, public Callable {
 public:
  WeightedModule(std::string type, std::string repr) : type_(std::move(type)), repr_(std::move(repr)) {}

  std::string type_name() const override { return type_; }
  std::string extra_repr() const override { return repr_; }
  torch::nn::Module& module() override { return *this; }
  std::vector<std::string> parameter_names() const override { return names_; }
  Tensor* own_parameter(const std::string& name) override;
  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override;

 protected:
  /// Registers a parameter of values between -bound and bound.
  void add_weight(const std::string& name, at::IntArrayRef sizes, double bound);
  /// Registers a parameter and answers it, for the caller to fill.
  Tensor add_weight(const std::string& name, at::IntArrayRef sizes);
  Tensors forward_list(const Tensors& inputs) override { return run(inputs, weights(), is_training()); }
  /// The forward with these weights, in the order in which they were added.
  virtual Tensors run(const Tensors& inputs, const Tensors& weights, bool training) const = 0;

  /// What calls of this thread read, in the same order.
  Tensors weights() const { return with(replaced_parameters()); }

 private:
  Tensors with(const NamedTensors& replaced) const;

  std::string type_, repr_;
  std::vector<std::string> names_;
  Tensors weights_;
};

}  // namespace jennit
