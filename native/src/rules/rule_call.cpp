#include <jennit/rule.h>

namespace jennit {

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

Tensors RuleCall::own_gradient(const Tensors& cotangent) const {
  Tensors differentiable, results(inputs.size());
  for (const auto& input : inputs)
    if (input.requires_grad()) differentiable.push_back(input);
  if (differentiable.empty()) return results;
  auto gradients = torch::autograd::grad(outputs, differentiable, cotangent, /*retain_graph=*/true, recorded,
                                         /*allow_unused=*/true);
  size_t next = 0;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].requires_grad()) results[i] = gradients[next++];
  return results;
}

}  // namespace jennit
