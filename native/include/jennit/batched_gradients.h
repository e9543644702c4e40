#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// A node of a graph that may refuse several gradients at once, as one that hands them to Java must: what is written
/// there may look at values.
class MayRefuseBatches {
 public:
  virtual ~MayRefuseBatches() = default;
  virtual bool refuses_batches() const = 0;
};

/// torch.autograd.grad with is_grads_batched: each of `grad_outputs` has one dimension more than its output, the first,
/// which counts K gradients; so has each result. One pass over the graph serves all K where every node takes batches,
/// by functorch's vmap; otherwise, under create_graph too, K passes do. The graph is kept. Undefined where
/// `allow_unused` and an input was not used. Throws std::invalid_argument where shapes disagree.
Tensors batched_gradients(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool create_graph,
                          bool allow_unused);

/// All values of a tensor, those of the whole batch where it is one of a batch.
Tensor whole_batch(const Tensor& tensor);

}  // namespace jennit
