#include "module_gradient.h"

namespace jennit {

Tensors gradient(const Tensors& outputs, const Tensors& cotangents, const Tensors& inputs,
                 const std::vector<bool>& wanted, bool create_graph) {
  Tensors from, seeds, by, results(inputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (!cotangents[i].defined() || !outputs[i].requires_grad()) continue;
    from.push_back(outputs[i]);
    seeds.push_back(cotangents[i]);
  }
  for (size_t i = 0; i < inputs.size(); ++i)
    if (wanted[i]) by.push_back(inputs[i]);
  if (from.empty() || by.empty()) return results;
  const auto gradients = torch::autograd::grad(from, by, seeds, /*retain_graph=*/true, create_graph,
                                               /*allow_unused=*/true);
  size_t next = 0;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (wanted[i]) results[i] = gradients[next++];
  return results;
}

Tensors seeds(const RuleCall& call, const Tensors& outputs, const Stabilizer& stabilize) {
  return call.for_each_upper([&](const Tensor& upper, size_t i) {
    return call.recorded ? upper / stabilize(outputs[i]) : stabilize.quotient(upper, outputs[i].detach());
  });
}

Tensors gradient_of_another_call(const RuleCall& call, const Tensors& inputs, const NamedTensors& parameters,
                                 const Stabilizer& stabilize) {
  torch::AutoGradMode record(true);
  const auto outputs = call.callable.forward_with(inputs, parameters);
  if (outputs.size() != call.upper.size())
    throw std::invalid_argument("the module answered " + std::to_string(outputs.size()) + " tensors when its rule " +
                                "called it again, but " + std::to_string(call.upper.size()) + " before");
  return gradient(outputs, seeds(call, outputs, stabilize), inputs, call.receives, call.recorded);
}

}  // namespace jennit
