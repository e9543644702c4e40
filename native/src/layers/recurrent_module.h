#pragma once

#include <jennit/recurrent.h>

#include "weighted_module.h"

namespace jennit {

/// RNN, LSTM, GRU and their cells: torch's parameters, their initialisation, and LibTorch's kernels.
class RecurrentModule final : public WeightedModule, public Recurrent {
 public:
  RecurrentModule(std::string type, std::string repr, const RecurrentShape& shape);

  const RecurrentShape& shape() const override { return shape_; }

 protected:
  Tensors forward_list(const Tensors& inputs) override;
  Tensors run(const Tensors& inputs, const Tensors& weights, bool training) const override;

 private:
  RecurrentShape shape_;
};

}  // namespace jennit
