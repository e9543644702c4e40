#include "operators.h"

#include <ATen/core/dispatch/Dispatcher.h>
#include <jennit/errors.h>
#include <torch/csrc/jit/runtime/operator.h>

namespace jennit::exported {

namespace {

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

/// Python's operators on symbolic sizes and what comes of them, by LibTorch's names.
const std::map<std::string, c10::OperatorName>& python_operators() {
  static const std::map<std::string, c10::OperatorName> operators = {
      {"_operator.add", {"aten::add", "int"}},
      {"_operator.sub", {"aten::sub", "int"}},
      {"_operator.mul", {"aten::mul", "int"}},
      {"_operator.floordiv", {"aten::floordiv", "int"}},
      {"_operator.truediv", {"aten::div", "int"}},
      {"_operator.mod", {"aten::remainder", "int"}},
      {"_operator.pow", {"aten::pow", "int_to_int"}},
      {"_operator.neg", {"aten::neg", "int"}},
      {"_operator.eq", {"aten::eq", "int"}},
      {"_operator.ne", {"aten::ne", "int"}},
      {"_operator.lt", {"aten::lt", "int"}},
      {"_operator.le", {"aten::le", "int"}},
      {"_operator.gt", {"aten::gt", "int"}},
      {"_operator.ge", {"aten::ge", "int"}},
      {"_operator.and_", {"aten::__and__", "bool"}},
      {"_operator.or_", {"aten::__or__", "bool"}},
      {"torch.sym_not", {"aten::__not__", ""}},
      {"torch.sym_max", {"prim::max", "int"}},
      {"torch.sym_min", {"prim::min", "int"}},
      {"torch.sym_int", {"aten::Int", "Scalar"}},
      {"torch.sym_float", {"aten::Float", "Scalar"}},
      {"math.ceil", {"aten::ceil", "Scalar"}},
      {"math.floor", {"aten::floor", "Scalar"}},
      {"torch.ops.aten.sym_size.int", {"aten::size", "int"}},
      {"torch.ops.aten.sym_numel.default", {"aten::numel", ""}},
  };
  return operators;
}

/// What reads or writes outside of its tensors, or takes sizes and indices at their word.
bool is_dangerous(const std::string& name) {
  static const std::set<std::string> names = {"from_file", "save", "set_", "_test_only_", "record_stream"};
  return names.count(name) > 0 || name.find("_sparse") != std::string::npos || starts_with(name, "sparse") ||
         name.find("nested") != std::string::npos || name.find("quantized") != std::string::npos;
}

bool writes_elsewhere(const c10::FunctionSchema& schema) {
  for (const auto& argument : schema.arguments())
    if (argument.is_out()) return true;
  return false;
}

const c10::FunctionSchema& python_schema(const c10::OperatorName& name) {
  const auto found = torch::jit::findOperatorFor(name);
  if (!found) throw Error("LibTorch 2.10 has no " + c10::toString(name) + ", which this program needs");
  // The registry keeps its operators.
  return found->schema();
}

}  // namespace

const c10::FunctionSchema& schema_of(const std::string& target) {
  const auto python = python_operators().find(target);
  if (python != python_operators().end()) return python_schema(python->second);
  const std::string start = "torch.ops.";
  const auto overload_at = target.rfind('.');
  const auto space_at = target.find('.', start.size());
  if (!starts_with(target, start) || space_at == std::string::npos || overload_at <= space_at)
    throw Error("it calls '" + target + "', which is no operator of LibTorch: nothing of Python is run here");
  const auto space = target.substr(start.size(), space_at - start.size());
  const auto name = target.substr(space_at + 1, overload_at - space_at - 1);
  const auto overload = target.substr(overload_at + 1);
  if (space != "aten")
    throw Error("it calls " + space + "::" + name + ", an operator of another library (" + space +
                ") that is not here: export the part of the model before it, or write it in torch's own operators");
  if (is_dangerous(name)) throw Error("it calls aten::" + name + ", which is not run for a model");
  const auto handle = c10::Dispatcher::singleton().findSchema({"aten::" + name, overload == "default" ? "" : overload});
  if (!handle)
    throw Error("it calls aten::" + name + "." + overload +
                ", which LibTorch 2.10 does not have: export the model again by that PyTorch");
  if (writes_elsewhere(handle->schema()))
    throw Error("it calls aten::" + name + "." + overload + ", which writes into tensors that it is given");
  return handle->schema();
}

bool is_assertion(const std::string& target) {
  return starts_with(target, "torch.ops.aten._assert_tensor_metadata.") ||
         starts_with(target, "torch.ops.aten.sym_constrain_range") ||
         starts_with(target, "torch.ops.aten._assert_scalar.") || starts_with(target, "torch.ops.aten._assert_async.");
}

std::string higher_order_name(const std::string& target) {
  const std::string start = "torch.ops.higher_order.";
  return starts_with(target, start) ? target.substr(start.size()) : "";
}

}  // namespace jennit::exported
