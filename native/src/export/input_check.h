#pragma once

#include <jennit/exported.h>

namespace jennit::exported {

/// Refuses inputs whose shapes the program was not exported for, by std::invalid_argument with the expected shape, the
/// dimension and its range. Where a file names the length of a dimension, all dimensions of that name are equally long.
void check_inputs(const std::vector<Input>& expected, const Tensors& inputs);

}  // namespace jennit::exported
