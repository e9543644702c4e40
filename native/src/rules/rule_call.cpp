#include <jennit/rule.h>

#include "module_gradient.h"

namespace jennit {

const Tensor& RuleCall::relevance() const {
  if (upper.size() != 1)
    throw std::invalid_argument("the module has " + std::to_string(upper.size()) +
                                " outputs, and the rule works on modules with one");
  return upper[0];
}

Tensor RuleCall::parameter(const std::string& name) const {
  auto found = parameters.find(name);
  return found == parameters.end() ? Tensor() : found->second;
}

Tensor RuleCall::remembered(const std::string& name, const std::function<Tensor()>& make) const {
  if (!memory) return make();
  auto found = memory->find(name);
  if (found == memory->end()) found = memory->emplace(name, make()).first;
  return found->second;
}

Tensor RuleCall::derived(const std::string& name, const std::function<Tensor()>& make) const {
  return remembered(name, [&] { return derived_before ? derived_before->find_or_make(name, make) : make(); });
}

Tensors RuleCall::for_each_upper(const std::function<Tensor(const Tensor&, size_t)>& make) const {
  Tensors results(upper.size());
  for (size_t i = 0; i < upper.size(); ++i)
    if (upper[i].defined()) results[i] = make(upper[i], i);
  return results;
}

Tensors RuleCall::own_gradient(const Tensors& cotangents) const {
  return gradient(outputs, cotangents, inputs, receives, recorded);
}

}  // namespace jennit
