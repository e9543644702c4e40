#include "compositions.h"

#include <cmath>

namespace jennit::graph {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using torch::jit::WithInsertPoint;

namespace {

/// The node that makes a value, if it is of that operator; null otherwise.
Node* made_by(Value* value, const char* name) {
  return std::string(name) == value->node()->kind().toQualString() ? value->node() : nullptr;
}

/// A number, or one in a tensor.
std::optional<double> number(const std::optional<c10::IValue>& value) {
  if (!value) return std::nullopt;
  if (value->isScalar()) return value->toScalar().toDouble();
  if (value->isTensor() && value->toTensor().dim() == 0) return value->toTensor().item<double>();
  return std::nullopt;
}

bool is_number(const Value* value, double expected) {
  const auto found = number(torch::jit::toIValue(value));
  return found && std::abs(*found - expected) <= 1e-6 * std::abs(expected);
}

/// The other operand of a product or sum with a certain number; null where it is none.
Value* beside(Value* value, const char* name, double expected) {
  auto* node = made_by(value, name);
  if (!node) return nullptr;
  if (node->inputs().size() == 3 && !is_number(node->input(2), 1)) return nullptr;
  if (is_number(node->input(1), expected)) return node->input(0);
  return is_number(node->input(0), expected) ? node->input(1) : nullptr;
}

/// What was converted to another dtype, or the value itself.
Value* unconverted(Value* value) {
  auto* node = made_by(value, "aten::to");
  return node && node->schema().overload_name() == "dtype" ? node->input(0) : value;
}

bool is_power(Value* value, const Value* base, double exponent) {
  const auto* node = made_by(value, "aten::pow");
  return node && node->input(0) == base && is_number(node->input(1), exponent);
}

/// x where the value is sqrt(2 / pi) (x + 0.044715 x^3); null otherwise.
Value* argument_of_tanh(Value* value) {
  auto* sum = beside(value, "aten::mul", std::sqrt(2 / M_PI));
  auto* node = sum ? made_by(sum, "aten::add") : nullptr;
  if (!node || !is_number(node->input(2), 1)) return nullptr;
  for (const size_t i : {0, 1}) {
    auto* cube = beside(node->input(1 - i), "aten::mul", 0.044715);
    if (cube && is_power(cube, node->input(i), 3)) return node->input(i);
  }
  return nullptr;
}

class Recogniser {
 public:
  Recogniser(Graph& graph, const Known& parameter) : graph_(graph), parameter_(parameter) {}

  void run() {
    recognise(*graph_.block());
    if (replaced_) sweep(*graph_.block());
  }

 private:
  void recognise(Block& block) {
    for (auto* node : block.nodes()) {
      for (auto* inner : node->blocks()) recognise(*inner);
      if (std::string("aten::mul") != node->kind().toQualString() || node->inputs().size() != 2) continue;
      for (const size_t i : {0, 1})
        if (is_gelu(*node, i) || is_rms_norm(*node, i)) break;
    }
  }

  bool is_gelu(Node& node, size_t half_at) {
    auto* input = beside(node.input(half_at), "aten::mul", 0.5);
    auto* hyperbolic = beside(node.input(1 - half_at), "aten::add", 1);
    auto* tanh = hyperbolic ? made_by(hyperbolic, "aten::tanh") : nullptr;
    if (!input || !tanh || argument_of_tanh(tanh->input()) != input) return false;
    replace(node, "aten::gelu", {input, constant(node, std::string("tanh"))});
    return true;
  }

  bool is_rms_norm(Node& node, size_t weight_at) {
    auto* weight = node.input(weight_at);
    const auto known = parameter_(weight);
    if (!known || !known->isTensor() || known->toTensor().dim() != 1) return false;
    auto* scaled = made_by(unconverted(node.input(1 - weight_at)), "aten::mul");
    if (!scaled) return false;
    for (const size_t i : {0, 1}) {
      auto* input = scaled->input(i);
      const auto eps = eps_of(scaled->input(1 - i), input);
      if (!eps) continue;
      const std::vector<int64_t> shape = {known->toTensor().size(0)};
      replace(node, "aten::rms_norm", {unconverted(input), constant(node, shape), weight, constant(node, *eps)});
      return true;
    }
    return false;
  }

  /// eps where the value is 1 / sqrt(mean(input^2) + eps) over the last dimension.
  std::optional<double> eps_of(Value* value, const Value* input) const {
    auto* inverse = made_by(value, "aten::rsqrt");
    auto* sum = inverse ? made_by(inverse->input(), "aten::add") : nullptr;
    if (!sum || !is_number(sum->input(2), 1)) return std::nullopt;
    auto* mean = made_by(sum->input(0), "aten::mean");
    if (!mean || mean->inputs().size() != 4 || !is_power(mean->input(0), input, 2)) return std::nullopt;
    const auto dim = constant_of(mean->input(1), parameter_), keepdim = torch::jit::toIValue(mean->input(2));
    const bool over_last = dim && dim->isIntList() && dim->toIntVector() == std::vector<int64_t>{-1};
    return over_last && keepdim && keepdim->isBool() && keepdim->toBool() ? number(eps_at(sum->input(1)))
                                                                          : std::nullopt;
  }

  /// A constant, or an attribute. Not what is computed, of which only the shape is known.
  std::optional<c10::IValue> eps_at(const Value* value) const {
    return value->node()->kind() == c10::prim::GetAttr ? parameter_(value) : torch::jit::toIValue(value);
  }

  Value* constant(Node& before, const c10::IValue& value) {
    WithInsertPoint here(&before);
    return graph_.insertConstant(value);
  }

  /// Lets everybody read the whole operation; what it was made of stays for those who read its parts.
  void replace(Node& node, const std::string& name, const std::vector<Value*>& inputs) {
    auto* whole = graph_.create(c10::Symbol::fromQualString(name), inputs, 1);
    whole->copyMetadata(&node);
    whole->insertAfter(&node);
    node.output()->replaceAllUsesWith(whole->output());
    replaced_ = true;
  }

  /// Takes out what nobody reads any more.
  static void sweep(Block& block) {
    static const std::set<std::string> parts = {"aten::to",    "aten::pow",  "aten::mean", "aten::add",
                                                "aten::rsqrt", "aten::tanh", "aten::mul"};
    for (auto it = block.nodes().rbegin(); it != block.nodes().rend();) {
      auto* node = *it++;
      for (auto* inner : node->blocks()) sweep(*inner);
      if (!node->hasUses() && parts.count(node->kind().toQualString())) node->destroy();
    }
  }

  Graph& graph_;
  const Known& parameter_;
  bool replaced_ = false;
};

}  // namespace

void write_compositions(Graph& graph, const Known& parameter) { Recogniser(graph, parameter).run(); }

}  // namespace jennit::graph
