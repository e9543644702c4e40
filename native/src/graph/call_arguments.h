#pragma once

#include <jennit/arguments.h>
#include <torch/script.h>

namespace jennit::graph {

/// What a graph with these parameters is called with where tensors alone are given: they fill, in their order, the
/// parameters that hold tensors, also in tuples, and a last list of them; the others take their defaults.
/// Throws std::invalid_argument, beginning with `type`, where that does not come out even.
std::vector<c10::IValue> arguments_from(const std::vector<c10::Argument>& parameters, const Tensors& inputs,
                                        const std::string& type);

/// The same for any values, by position and by name. Integers do for floats.
std::vector<c10::IValue> arguments_from(const std::vector<c10::Argument>& parameters, const Arguments& given,
                                        const std::string& type);

}  // namespace jennit::graph
