#pragma once

#include <jennit/exported.h>
#include <torch/script.h>

namespace jennit::exported {

/// The schema of LibTorch that a node's target names: "torch.ops.aten.conv2d.default", or one of Python's operators on
/// symbolic sizes, such as "_operator.mul". Throws Error where there is none, or where it must not be run.
const c10::FunctionSchema& schema_of(const std::string& target);

/// True for what only checks what was true while the program was exported, such as dtypes that may be converted since.
bool is_assertion(const std::string& target);

/// "cond" of "torch.ops.higher_order.cond"; "" for everything that takes no graphs.
std::string higher_order_name(const std::string& target);

}  // namespace jennit::exported
