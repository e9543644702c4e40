#pragma once

#include "graph_module.h"

namespace jennit::graph {

/// Folds what is constant, such as the branch on a function's argument `inplace`, so that operators stand bare.
void fold_constants(std::shared_ptr<torch::jit::Graph>& graph);

/// Makes children of the functional operations in the graphs of all modules below `root`, and in its own: each aten
/// operator that does what one layer does, with constant options and with weights that do not depend on the input,
/// becomes that layer, called relu_1, relu_2, conv2d_1... in the order of the graph. An addition or subtraction of two
/// tensors, of which one may be a parameter, becomes a Sum, a matrix product a MatMul, and a product, a division by a
/// constant and a change of sign a Mul. A child that an earlier program has named is used again where it does the same.
/// Weights stay registered where the file has them; those that a graph computes are given to the layer at each call.
///
/// Without `all`, this is done alone for modules that are one layer with weights, whatever they are called.
void name_functional_ops(const ModulePtr& root, bool all);

}  // namespace jennit::graph
