#include "weighted_module.h"

namespace jennit {

void WeightedModule::add_weight(const std::string& name, at::IntArrayRef sizes, double bound) {
  torch::NoGradGuard unrecorded;
  add_weight(name, sizes).uniform_(-bound, bound);
}

Tensor WeightedModule::add_weight(const std::string& name, at::IntArrayRef sizes) {
  names_.push_back(name);
  weights_.push_back(register_parameter(name, at::empty(sizes)));
  return weights_.back();
}

Tensor* WeightedModule::own_parameter(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? nullptr : &weights_[found - names_.begin()];
}

Tensors WeightedModule::forward_with(const Tensors& inputs, const NamedTensors& parameters) {
  // What overrides the forward reads no parameters.
  if (is_overridden()) return forward_without_hooks(inputs);
  auto replaced = replaced_parameters();
  for (const auto& [name, tensor] : parameters) replaced[name] = tensor;
  return run(inputs, with(replaced), is_training());
}

Tensors WeightedModule::with(const NamedTensors& replaced) const {
  auto weights = weights_;
  for (const auto& [name, tensor] : replaced) {
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) throw std::invalid_argument(type_ + " has no parameter '" + name + "'");
    weights[found - names_.begin()] = tensor;
  }
  return weights;
}

}  // namespace jennit
