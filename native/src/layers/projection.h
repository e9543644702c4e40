#pragma once

#include <jennit/layers.h>

#include "layer.h"
#include "linear.h"

namespace jennit {

/// A linear map whose weight is some rows of a parameter of the module that it is a part of. It has no parameters of
/// its own, and follows that one wherever it goes.
class Projection final : public torch::nn::Module, public TorchLayer {
 public:
  /// Rows from `start` of `bias`; those of `weight` from `weight_start`. `bias` may be undefined.
  Projection(std::string repr, Tensor weight, int64_t weight_start, Tensor bias, int64_t start, int64_t rows)
      : TorchLayer("NonDynamicallyQuantizableLinear", std::move(repr)),
        weight_(std::move(weight)),
        bias_(std::move(bias)),
        weight_start_(weight_start),
        start_(start),
        rows_(rows) {}

  torch::nn::Module& module() override { return *this; }
  const LinearMap* linear_map() const override { return map_.get(); }
  bool has_parameter(const std::string& name) override { return name == "weight" || name == "bias"; }
  Tensor own_value(const std::string& name) override {
    if (name == "weight") return weight_.narrow(0, weight_start_, rows_);
    return name == "bias" && bias_.defined() ? bias_.narrow(0, start_, rows_) : Tensor();
  }

  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override {
    if (is_overridden()) return forward_without_hooks(inputs);
    const auto tensor = [&](const char* name) {
      const auto found = parameters.find(name);
      return found == parameters.end() ? parameter(name) : found->second;
    };
    return {map_->product(only(inputs), tensor("weight"), tensor("bias"))};
  }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    return {map_->product(only(inputs), parameter("weight"), parameter("bias"))};
  }

 private:
  // Handles of the owner's parameters: what moves or converts those moves and converts these.
  Tensor weight_, bias_;
  int64_t weight_start_, start_, rows_;
  std::unique_ptr<LinearMap> map_ = linear_product();
};

}  // namespace jennit
