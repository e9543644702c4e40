#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// torch.autograd.grad. Where not `allow_unused`, an input to which no node handed anything gets zeros if the outputs
/// depend on it, as below a rule that takes its input as a constant, and is an error if they do not.
Tensors gradients(const Tensors& outputs, const Tensors& inputs, const Tensors& grad_outputs, bool retain_graph,
                  bool create_graph, bool allow_unused);

/// The gradients, contiguous where their inputs are, as torch keeps `.grad`: convolutions answer in channels_last
/// where their weights lie so, and a program that reads memory as it is expects what it handed in. Gradients may have a
/// dimension before those of their input.
Tensors in_order_of(const Tensors& inputs, Tensors gradients);

}  // namespace jennit
