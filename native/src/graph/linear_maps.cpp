#include "linear_maps.h"

#include "layer_plan.h"

namespace jennit::graph {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

namespace aten = c10::aten;

namespace {

/// What one node is to become.
struct Change {
  Node* node;
  /// The product, where it is another node than the one whose output it is.
  Node* product;
  Value *input, *matrix;
  /// Null: none.
  Value* bias;
};

/// The matrix of which a value is the transposed one; null where it is none's.
Value* transposed_of(Value* value) {
  auto& node = *value->node();
  const auto name = operator_name(node);
  if (name == "t" || name == "numpy_T") return node.input(0);
  if (name != "transpose" && name != "swapaxes") return nullptr;
  const auto first = torch::jit::toIValue(node.input(1)), second = torch::jit::toIValue(node.input(2));
  return first && second && (first->toInt() - second->toInt()) % 2 != 0 ? node.input(0) : nullptr;
}

bool is_one(const Value* value) {
  const auto constant = torch::jit::toIValue(value);
  return constant && constant->isScalar() && constant->toScalar().equal(1);
}

class LinearMaps {
 public:
  LinearMaps(Graph& graph, const Attributes& attributes) : graph_(graph), attributes_(attributes) {}

  void write() {
    find(*graph_.block());
    for (auto& change : linear_) write(change);
    for (auto* node : sums_) split(*node);
  }

 private:
  // Nothing is changed while it is looked for: what is known is known of the graph as it was.
  void find(Block& block) {
    for (auto* node : block.nodes()) {
      for (auto* inner : node->blocks()) find(*inner);
      const auto name = operator_name(*node);
      if (name == "matmul" || name == "mm") {
        if (is_linear(node->input(0), node->input(1))) find_bias({node, node, node->input(0), node->input(1), nullptr});
      } else if ((name == "addmm" || name == "baddbmm") && is_one(node->input(3)) && is_one(node->input(4))) {
        if (name == "addmm" && is_linear(node->input(1), node->input(2)) && is_vector(node->input(0)))
          linear_.push_back({node, node, node->input(1), node->input(2), node->input(0)});
        else if (attributes_.depends_on_input(node->input(1)) && attributes_.depends_on_input(node->input(2)))
          sums_.push_back(node);
      }
    }
  }

  bool is_linear(const Value* input, const Value* matrix) const {
    return attributes_.depends_on_input(input) && !attributes_.depends_on_input(matrix) && dim_of(matrix) == 2;
  }

  bool is_vector(const Value* bias) const { return !attributes_.depends_on_input(bias) && dim_of(bias) == 1; }

  /// Of a known tensor.
  int64_t dim_of(const Value* value) const {
    const auto known = attributes_(value);
    return known && known->isTensor() ? known->toTensor().dim() : -1;
  }

  /// A product to which nothing but a bias is added is one with the addition, where the bias is there in time.
  void find_bias(Change change) {
    const auto& uses = change.product->output()->uses();
    auto* user = uses.size() == 1 ? uses[0].user : nullptr;
    if (user && operator_name(*user) == "add" && user->owningBlock() == change.product->owningBlock() &&
        user->inputs().size() == 3 && is_one(user->input(2))) {
      auto* bias = user->input(0) == change.product->output() ? user->input(1) : user->input(0);
      const bool overwrites = is_in_place(*user) && user->input(0) == bias;
      if (bias != change.product->output() && is_vector(bias) && !overwrites) {
        change.node = user;
        change.bias = bias;
      }
    }
    linear_.push_back(change);
  }

  void write(const Change& change) {
    const torch::jit::WithInsertPoint here(change.node);
    auto* none = change.bias ? change.bias : graph_.insertConstant(c10::IValue());
    auto* weight = transposed_of(change.matrix);
    if (!weight) weight = graph_.insertNode(graph_.create(aten::t, {change.matrix}))->output();
    auto* linear = graph_.insertNode(graph_.create(aten::linear, {change.input, weight, none}));
    finish(*change.node, *linear);
    if (change.product != change.node) change.product->destroy();
  }

  void split(Node& node) {
    const torch::jit::WithInsertPoint here(&node);
    const auto kind = operator_name(node) == "addmm" ? aten::mm : aten::bmm;
    auto* product = graph_.insertNode(graph_.create(kind, {node.input(1), node.input(2)}))->output();
    finish(node, *graph_.insertNode(graph_.create(aten::add, {node.input(0), product, graph_.insertConstant(1)})));
  }

  static void finish(Node& before, Node& after) {
    after.setSourceRange(before.sourceRange());
    before.output()->replaceAllUsesWith(after.output());
    before.destroy();
  }

  Graph& graph_;
  const Attributes& attributes_;
  std::vector<Change> linear_;
  std::vector<Node*> sums_;
};

}  // namespace

void write_linear_maps(Graph& graph, const Attributes& attributes) { LinearMaps(graph, attributes).write(); }

}  // namespace jennit::graph
