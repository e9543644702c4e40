#include "operands.h"

namespace jennit::graph {

namespace {

/// A number as a tensor of the same kind as `beside`, also one that stands in a tensor: alone, LibTorch would compute
/// with it in its default dtype.
Tensor tensor_of(const c10::IValue& value, const Tensor& beside) {
  if (!value.isTensor()) return at::scalar_tensor(value.toScalar(), beside.options());
  const auto& tensor = value.toTensor();
  const bool is_number = tensor.unsafeGetTensorImpl()->is_wrapped_number();
  return is_number ? at::scalar_tensor(tensor.item(), beside.options()) : tensor;
}

}  // namespace

std::optional<Tensors> operands_of(Operands operands, const std::vector<c10::IValue>& inputs) {
  if (operands == Operands::negation) {
    const auto& only = inputs.at(0).toTensor();
    if (!only.is_floating_point()) return std::nullopt;
    return Tensors{only, at::scalar_tensor(-1, only.options())};
  }
  const bool starts_with_number =
      !inputs.at(0).isTensor() || inputs[0].toTensor().unsafeGetTensorImpl()->is_wrapped_number();
  const auto& beside = (starts_with_number ? inputs.at(1) : inputs[0]).toTensor();
  const auto first = tensor_of(inputs[0], beside), second = tensor_of(inputs[1], beside);
  if (!first.is_floating_point() || !second.is_floating_point()) return std::nullopt;
  if (operands == Operands::product) return Tensors{first, second};
  if (operands == Operands::quotient) {
    if (second.requires_grad()) return std::nullopt;
    return Tensors{first, second.reciprocal()};
  }
  if (operands == Operands::sum) return Tensors{first, second};
  const auto alpha = inputs.at(2).toScalar().toDouble() * (operands == Operands::weighted_difference ? -1 : 1);
  return Tensors{first, alpha == 1 ? second : second * alpha};
}

}  // namespace jennit::graph
