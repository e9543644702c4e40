#pragma once

#include <jennit/callable.h>
#include <jennit/recurrent.h>

namespace jennit {

/// One step of a recurrent layer as a node with parts: of (x, h, c) or (x, h) the states after it. The parts' weights
/// are the step's, arranged so that each pre-activation is one linear map of x and h side by side.
class UnrolledStep final : public torch::nn::Module, public Callable {
 public:
  /// `weights` by torch's names of a cell: weight_ih, weight_hh, bias_ih, bias_hh, weight_hr.
  UnrolledStep(const RecurrentShape& shape, const NamedTensors& weights);

  std::string type_name() const override;
  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override;

 private:
  void add_parts(const NamedTensors& weights);
  Tensors step(const Tensor& x, const Tensors& states);

  /// Of a cell.
  RecurrentShape shape_;
};

}  // namespace jennit
