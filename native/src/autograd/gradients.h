#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// torch.autograd.grad. Where not `allow_unused`, an input to which no node handed anything gets zeros if the outputs
/// depend on it, as below a rule that takes its input as a constant, and is an error if they do not.
Tensors gradients(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool retain_graph,
                  bool create_graph, bool allow_unused);

}  // namespace jennit
