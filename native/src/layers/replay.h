#pragma once

#include <jennit/tensors.h>

#include <functional>

namespace jennit {

/// Runs `forward` on `inputs` and records one node for all of it, which keeps the inputs alone: a gradient runs the
/// forward once more, recorded this time. For a forward of many steps under a rule, whose gradient is rarely asked for.
/// Differentiable as often as the forward is, which must compute the same every time, and lives as long as the graph.
Tensors replayed(const std::function<Tensors(const Tensors&)>& forward, const Tensors& inputs);

}  // namespace jennit
