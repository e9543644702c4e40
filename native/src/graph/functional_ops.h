#pragma once

#include "graph_module.h"

namespace jennit::graph {

/// Folds what is constant, such as the branch on a function's argument `inplace`, so that operators stand bare.
void fold_constants(std::shared_ptr<torch::jit::Graph>& graph);

/// Makes children of the functional operations in a program of `module`: each aten operator that does what one layer
/// does, with constant options and with weights that are attributes, becomes that layer, called relu_1, relu_2,
/// conv2d_1... in the order of the graph. An addition or subtraction of two tensors, of which one may be a parameter,
/// becomes a Sum, called add_1 or sub_1, a matrix product of two a MatMul; a product, also with a constant, a Mul, and
/// so do a division by a constant and a change of sign. A child that an earlier program has named is used again where
/// it does the same. Weights stay registered where the file has them.
void name_functional_ops(GraphModule& module, Program& program);

}  // namespace jennit::graph
