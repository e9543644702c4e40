#pragma once

#include <jennit/recurrent.h>

#include "layer.h"

namespace jennit {

/// What RNN, LSTM, GRU and their cells share: torch's parameters and their initialisation.
class RecurrentModule : public torch::nn::Module, public Callable, public Recurrent {
 public:
  RecurrentModule(std::string type, std::string repr, const RecurrentShape& shape);

  const RecurrentShape& shape() const override { return shape_; }
  std::string type_name() const override { return type_; }
  std::string extra_repr() const override { return repr_; }
  torch::nn::Module& module() override { return *this; }
  std::vector<std::string> parameter_names() const override { return shape_.parameter_names(); }
  Tensor* effective_parameter(const std::string& name) override;
  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override;

 protected:
  Tensors forward_list(const Tensors& inputs) override { return run(inputs, weights_); }

 private:
  Tensors run(const Tensors& inputs, const Tensors& weights) const;

  std::string type_, repr_;
  RecurrentShape shape_;
  /// What the forward reads, in the order of the names.
  Tensors weights_;
};

}  // namespace jennit
