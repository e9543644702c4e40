#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// A node of a graph that hands relevance down in a relevance pass, and the true gradient in other passes.
class HandsRelevance {
 public:
  virtual ~HandsRelevance() = default;
  /// Never given again in this process.
  virtual int64_t relevance_id() const = 0;
  /// How many of its edges, the first, lead to what gets relevance.
  virtual uint32_t relevance_edges() const = 0;
};

/// The relevance with a marker over it: a node that tells the passes which differentiate this relevance from others.
/// `maker` is the relevance_id of the node that made it.
Tensor mark_relevance(const Tensor& relevance, int64_t maker);

/// Whether the running backward pass differentiates a relevance of the forward that `node` belongs to, or is not about
/// relevance there at all: it then gets the true gradient. False where the pass begins above a relevance that is the
/// input of a second explained model, for the nodes of that model.
bool differentiates_relevance(torch::autograd::Node& node);

}  // namespace jennit
