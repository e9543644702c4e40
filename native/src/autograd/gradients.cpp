#include "gradients.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>

#include "dependence.h"

namespace jennit {

namespace {

std::vector<torch::autograd::Edge> edges_of(const Tensors& tensors) {
  std::vector<torch::autograd::Edge> edges;
  for (const auto& tensor : tensors)
    edges.push_back(tensor.requires_grad() ? torch::autograd::impl::gradient_edge(tensor) : torch::autograd::Edge());
  return edges;
}

}  // namespace

Tensors gradients(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool retain_graph,
                  bool create_graph, bool allow_unused) {
  auto results = torch::autograd::grad(outputs, inputs, grad_outputs, retain_graph, create_graph, true);
  const auto is_defined = [](const Tensor& result) { return result.defined(); };
  if (allow_unused || std::all_of(results.begin(), results.end(), is_defined)) return results;
  const auto depends = reached(edges_of(outputs), edges_of(inputs));
  for (size_t i = 0; i < results.size(); ++i) {
    if (results[i].defined()) continue;
    if (!depends[i])
      throw std::runtime_error(
          "One of the differentiated Tensors appears to not have been used in the graph. Set allow_unused=True if this "
          "is the desired behavior.");
    results[i] = at::zeros_like(inputs[i]);
  }
  return results;
}

Tensors in_order_of(const Tensors& inputs, Tensors gradients) {
  for (size_t i = 0; i < gradients.size(); ++i) {
    auto& gradient = gradients[i];
    if (!gradient.defined() || gradient.layout() != at::kStrided || !inputs[i].is_contiguous()) continue;
    const torch::AutoGradMode as_made(gradient.requires_grad());
    gradient = gradient.contiguous();
  }
  return gradients;
}

}  // namespace jennit
