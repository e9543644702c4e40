#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <ATen/functorch/PlumbingHelper.h>
#include <jennit/batched_gradients.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <unordered_set>

#include "gradients.h"

namespace jennit {

namespace {

namespace functorch = at::functorch;
using torch::autograd::Node;

/// While this lives, operations on this thread, and on the engine's threads that it starts, see one of a batch.
class Batch {
 public:
  explicit Batch(int64_t size)
      : level_(functorch::initAndPushDynamicLayer(functorch::TransformType::Vmap, c10::SymInt(size),
                                                  functorch::RandomnessType::Error)) {}
  ~Batch() { functorch::popDynamicLayerAndDeleteMetadata(); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  int64_t level() const { return level_; }

 private:
  int64_t level_;
};

int64_t batch_size(const Tensors& outputs, const Tensors& grad_outputs) {
  if (grad_outputs.empty() || grad_outputs.size() != outputs.size())
    throw std::invalid_argument("batched gradients need one tensor for each of the " + std::to_string(outputs.size()) +
                                " outputs, but " + std::to_string(grad_outputs.size()) + " were given");
  for (size_t i = 0; i < outputs.size(); ++i) {
    const auto& gradient = grad_outputs[i];
    if (!gradient.defined() || gradient.dim() == 0 || gradient.sizes().slice(1) != outputs[i].sizes() ||
        gradient.size(0) == 0 || gradient.size(0) != grad_outputs[0].size(0))
      throw std::invalid_argument(
          "batched gradients of an output of the shape " + c10::str(outputs[i].sizes()) +
          " have this shape after a first dimension that counts them, at least one and as many for each output, but " +
          (gradient.defined() ? "the shape is " + c10::str(gradient.sizes()) : "one is undefined"));
  }
  return grad_outputs[0].size(0);
}

bool takes_batches(Node& node) {
  const auto* may_refuse = dynamic_cast<const MayRefuseBatches*>(&node);
  if (may_refuse && may_refuse->refuses_batches()) return false;
  // Hooks are the user's code, and a gradient that is retained outlives the batch.
  return node.tensor_pre_hooks().empty() && node.pre_hooks().empty() && node.post_hooks().empty() &&
         node.retains_grad_hooks().empty();
}

bool all_take_batches(const Tensors& outputs) {
  std::unordered_set<Node*> seen;
  std::vector<Node*> next;
  const auto visit = [&](Node* node) {
    if (node && seen.insert(node).second) next.push_back(node);
  };
  for (const auto& output : outputs)
    if (output.requires_grad()) visit(torch::autograd::impl::gradient_edge(output).function.get());
  while (!next.empty()) {
    auto* node = next.back();
    next.pop_back();
    if (!takes_batches(*node)) return false;
    for (const auto& edge : node->next_edges()) visit(edge.function.get());
  }
  return true;
}

Tensors at_once(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool allow_unused) {
  const auto size = grad_outputs[0].size(0);
  Tensors results;
  std::vector<std::optional<int64_t>> dimensions;
  {
    const Batch batch(size);
    Tensors seeds;
    for (const auto& gradient : grad_outputs) seeds.push_back(functorch::makeBatched(gradient, 0, batch.level()));
    for (const auto& result : jennit::gradients(outputs, inputs, seeds, true, false, allow_unused)) {
      auto [values, dimension] = functorch::unwrapTensorAtLevel(result, batch.level());
      results.push_back(std::move(values));
      dimensions.push_back(dimension);
    }
  }
  for (size_t i = 0; i < results.size(); ++i) {
    auto& result = results[i];
    if (!result.defined()) continue;
    const auto& dimension = dimensions[i];
    result = dimension ? result.movedim(*dimension, 0) : at::stack(Tensors(size, result));
  }
  return results;
}

Tensors one_by_one(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool create_graph,
                   bool allow_unused) {
  std::vector<Tensors> by_input(inputs.size());
  for (int64_t k = 0; k < grad_outputs[0].size(0); ++k) {
    Tensors seeds;
    for (const auto& gradient : grad_outputs) seeds.push_back(gradient.select(0, k));
    const auto found = jennit::gradients(outputs, inputs, seeds, true, create_graph, allow_unused);
    for (size_t i = 0; i < inputs.size(); ++i) by_input[i].push_back(found[i]);
  }
  Tensors results;
  for (const auto& gradients : by_input) results.push_back(gradients[0].defined() ? at::stack(gradients) : Tensor());
  return results;
}

}  // namespace

Tensors batched_gradients(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool create_graph,
                          bool allow_unused) {
  const auto size = batch_size(outputs, grad_outputs);
  if (create_graph || size == 1 || !all_take_batches(outputs))
    return one_by_one(outputs, inputs, grad_outputs, create_graph, allow_unused);
  try {
    return at_once(outputs, inputs, grad_outputs, allow_unused);
  } catch (const std::exception&) {
    // An operation without a batched form; or an error of the user's, which comes again.
    return one_by_one(outputs, inputs, grad_outputs, false, allow_unused);
  }
}

Tensor whole_batch(const Tensor& tensor) {
  const auto* batched = tensor.defined() ? functorch::maybeGetBatchedImpl(tensor) : nullptr;
  return batched ? batched->value() : tensor;
}

}  // namespace jennit
