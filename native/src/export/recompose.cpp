#include "recompose.h"

#include <array>

#include "nodes.h"

namespace jennit::exported {

using c10::IValue;
using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using torch::jit::WithInsertPoint;

namespace {

std::optional<IValue> constant(const Value* value) { return torch::jit::toIValue(value); }

bool is_constant(const Value* value, const IValue& expected) {
  const auto found = constant(value);
  return found && found->tagKind() == expected.tagKind() && *found == expected;
}

class Recomposer {
 public:
  explicit Recomposer(FlatGraph& flat) : flat_(flat) {}

  void run(Block& block) {
    const std::vector<Node*> nodes(block.nodes().begin(), block.nodes().end());
    for (auto* node : nodes) {
      if (destroyed_.count(node)) continue;
      for (auto* inner : node->blocks()) run(*inner);
      rewrite(*node);
    }
  }

 private:
  void rewrite(Node& node) {
    if (is(node, "aten::convolution")) return convolution(node);
    if (is(node, "aten::addmm") || is(node, "aten::mm")) return linear(node);
    if (is(node, "aten::bmm")) return batches(node);
    if (is(node, "aten::_native_batch_norm_legit_no_training")) return batch_norm(node);
    if (is(node, "aten::native_layer_norm")) return layer_norm(node);
    if (is(node, "aten::native_group_norm")) return group_norm(node);
    if (is(node, "aten::max_pool2d_with_indices")) return first_result(node, "aten::max_pool2d");
    if (is(node, "aten::max_pool3d_with_indices")) return first_result(node, "aten::max_pool3d");
    if (is(node, "aten::_adaptive_avg_pool2d")) return first_result(node, "aten::adaptive_avg_pool2d");
    if (is(node, "aten::_adaptive_avg_pool3d")) return first_result(node, "aten::adaptive_avg_pool3d");
    if (is(node, "aten::_softmax")) return softmax(node, "aten::softmax");
    if (is(node, "aten::_log_softmax")) return softmax(node, "aten::log_softmax");
    if (is(node, "aten::mean") && type_of(node) == "torch.nn.modules.pooling.AdaptiveAvgPool2d") return mean(node);
  }

  std::string type_of(const Node& node) const {
    const auto found = flat_.frames.find(&node);
    return found == flat_.frames.end() || found->second.empty() ? "" : found->second.back().type;
  }

  static bool only_first_is_read(const Node& node) {
    for (size_t i = 1; i < node.outputs().size(); ++i)
      if (node.outputs()[i]->hasUses()) return false;
    return true;
  }

  Value* make_constant(Node& before, const IValue& value) {
    WithInsertPoint here(&before);
    return flat_.graph->insertConstant(value);
  }

  /// Puts an operator in the place of a node whose first result alone is read.
  Value* replace(Node& node, const std::string& name, const std::vector<Value*>& inputs) {
    auto* whole = flat_.graph->create(c10::Symbol::fromQualString(name), inputs, 1);
    whole->copyMetadata(&node);
    whole->insertBefore(&node);
    whole->output()->setType(node.outputs()[0]->type());
    flat_.frames[whole] = flat_.frames[&node];
    node.outputs()[0]->replaceAllUsesWith(whole->output());
    destroy(&node);
    return whole->output();
  }

  void destroy(Node* node) {
    destroyed_.insert(node);
    flat_.frames.erase(node);
    node->destroy();
  }

  void first_result(Node& node, const std::string& name) {
    if (only_first_is_read(node)) replace(node, name, node.inputs().vec());
  }

  void convolution(Node& node) {
    const auto stride = constant(node.input(3)), transposed = constant(node.input(6));
    const auto extra = constant(node.input(7));
    if (!stride || !stride->isIntList() || !transposed || !extra || !extra->isIntList()) return;
    const auto dimensions = std::to_string(stride->toIntVector().size());
    const auto in = [&](size_t i) { return node.input(i); };
    if (transposed->toBool())
      // input, weight, bias, stride, padding, output_padding, groups, dilation
      replace(node, "aten::conv_transpose" + dimensions + "d",
              {in(0), in(1), in(2), in(3), in(4), in(7), in(8), in(5)});
    else if (extra->toIntVector() == std::vector<int64_t>(extra->toIntVector().size(), 0))
      replace(node, "aten::conv" + dimensions + "d", {in(0), in(1), in(2), in(3), in(4), in(5), in(8)});
  }

  /// The matrix that a value is the transpose of; null where it is none.
  static Value* transposed(Value* value) {
    const auto* node = value->node();
    if (is(*node, "aten::t")) return node->input(0);
    if (!is(*node, "aten::permute")) return nullptr;
    return is_constant(node->input(1), std::vector<int64_t>{1, 0}) ? node->input(0) : nullptr;
  }

  void linear(Node& node) {
    const bool has_bias = is(node, "aten::addmm");
    auto* turned = node.input(has_bias ? 2 : 1);
    auto* weight = transposed(turned);
    if (!weight || !flat_.states.count(weight)) return;
    if (has_bias && (!is_one(node.input(3)) || !is_one(node.input(4)))) return;
    auto* bias = has_bias ? node.input(0) : make_constant(node, IValue());
    auto* input = node.input(has_bias ? 1 : 0);
    const auto type = type_of(node);
    auto* output = replace(node, "aten::linear", {input, weight, bias});
    if (!turned->hasUses()) destroy(turned->node());
    if (type == "torch.nn.modules.linear.Linear") join_samples(*output->node());
  }

  static bool reshapes(const Node& node) {
    return is(node, "aten::view") || is(node, "aten::reshape") || is(node, "aten::_unsafe_view");
  }

  static bool broadcasts(const Node& node) { return reshapes(node) || is(node, "aten::expand"); }

  /// A matrix product takes all samples and steps in one dimension; torch's Linear takes them as they are.
  void join_samples(Node& linear) {
    if (linear.output()->uses().size() != 1) return;
    auto* after = linear.output()->uses()[0].user;
    if (!reshapes(*after) || type_of(*after) != type_of(linear)) return;
    auto* before = linear.input(0)->node();
    if (!broadcasts(*before) || type_of(*before) != type_of(linear)) return;
    after->output()->replaceAllUsesWith(linear.output());
    destroy(after);
    while (broadcasts(*before) && type_of(*before) == type_of(linear)) {
      auto* source = before->input(0);
      linear.replaceInput(0, source);
      if (!before->output()->hasUses()) destroy(before);
      before = source->node();
    }
  }

  void batches(Node& node) {
    if (auto* weight = broadcast_weight(node.input(1)))
      batched_linear(node, weight);
    else
      scores(node);
  }

  /// The last two of the sizes that a view or an expansion makes; nothing where they are not constant.
  static std::optional<std::array<int64_t, 2>> last_sizes(const Node& node) {
    const auto* sizes = node.input(1);
    if (const auto list = constant(sizes); list && list->isIntList()) {
      const auto all = list->toIntVector();
      if (all.size() < 2) return std::nullopt;
      return std::array<int64_t, 2>{all[all.size() - 2], all.back()};
    }
    const auto* made = sizes->node();
    if (!is(*made, "prim::ListConstruct") || made->inputs().size() < 2) return std::nullopt;
    const auto count = made->inputs().size();
    const auto rows = constant(made->input(count - 2)), columns = constant(made->input(count - 1));
    if (!rows || !rows->isInt() || !columns || !columns->isInt()) return std::nullopt;
    return std::array<int64_t, 2>{rows->toInt(), columns->toInt()};
  }

  /// The weight whose transpose a value repeats for each sample; null where it is none.
  Value* broadcast_weight(Value* value) const {
    auto* matrix = value;
    while (broadcasts(*matrix->node())) matrix = matrix->node()->input(0);
    auto* weight = transposed(matrix);
    const auto state = flat_.states.find(weight);
    if (matrix == value || state == flat_.states.end() || state->second->tensor.dim() != 2) return nullptr;
    const std::array<int64_t, 2> sizes{state->second->tensor.size(1), state->second->tensor.size(0)};
    for (; value != matrix; value = value->node()->input(0))
      if (last_sizes(*value->node()) != sizes) return nullptr;
    return weight;
  }

  /// A linear map of samples that do not lie side by side is a product of batches, and its bias a sum behind a view.
  void batched_linear(Node& node, Value* weight) {
    const auto type = type_of(node);
    auto* turned = node.input(1);
    auto* linear = replace(node, "aten::linear", {node.input(0), weight, make_constant(node, IValue())})->node();
    while (!turned->hasUses() && turned != weight) {
      auto* unread = turned->node();
      turned = unread->input(0);
      destroy(unread);
    }
    take_bias(*linear);
    if (type == "torch.nn.modules.linear.Linear") join_samples(*linear);
  }

  void take_bias(Node& linear) {
    const auto columns = flat_.states.at(linear.input(1))->tensor.size(0);
    if (linear.output()->uses().size() != 1) return;
    auto* view = linear.output()->uses()[0].user;
    if (!reshapes(*view) || view->output()->uses().size() != 1) return;
    const auto sizes = last_sizes(*view);
    auto* sum = view->output()->uses()[0].user;
    if (!sizes || sizes->back() != columns || !is(*sum, "aten::add") || !is_one(sum->input(2))) return;
    auto* bias = sum->input(sum->input(0) == view->output() ? 1 : 0);
    const auto state = flat_.states.find(bias);
    if (state == flat_.states.end() || state->second->tensor.sizes() != c10::IntArrayRef{columns}) return;
    linear.replaceInput(2, bias);
    sum->output()->replaceAllUsesWith(view->output());
    destroy(sum);
  }

  static bool is_scaling(const Node& node) {
    if (!is(node, "aten::mul")) return false;
    const auto factor = constant(node.input(1));
    return factor && factor->isDouble();
  }

  /// The product of an operand with a constant, which only changes of its shape follow; null where there is none.
  static Node* scaling_of(Value* operand) {
    auto* node = operand->node();
    while ((broadcasts(*node) || is(*node, "aten::permute") || is(*node, "aten::transpose")) &&
           node->output()->uses().size() == 1)
      node = node->input(0)->node();
    return is_scaling(*node) && node->output()->uses().size() == 1 ? node : nullptr;
  }

  /// Whether a softmax is taken of a value, at most so many views and masks further on.
  static bool is_read_by_softmax(const Value* value, int between = 3) {
    for (const auto& use : value->uses()) {
      if (is(*use.user, "aten::_softmax")) return true;
      const bool passes = between > 0 && (reshapes(*use.user) || is(*use.user, "aten::add"));
      if (passes && is_read_by_softmax(use.user->output(), between - 1)) return true;
    }
    return false;
  }

  /// Attention that is taken apart has the root of its scale on query and key. Here the scale comes behind their
  /// product, as in attention that is whole: what rules stabilize is the product.
  void scores(Node& node) {
    auto *query = scaling_of(node.input(0)), *key = scaling_of(node.input(1));
    if (!query || !key || !is_read_by_softmax(node.output())) return;
    const auto of_query = constant(query->input(1)), of_key = constant(key->input(1));
    if (!of_query || !of_key) return;
    const double scale = of_query->toDouble() * of_key->toDouble();
    auto* scaled = flat_.graph->create(query->kind(), {node.output(), make_constant(node, scale)}, 1);
    scaled->copyMetadata(&node);
    scaled->insertAfter(&node);
    scaled->output()->setType(node.output()->type());
    flat_.frames[scaled] = flat_.frames[&node];
    node.output()->replaceAllUsesAfterNodeWith(scaled, scaled->output());
    for (auto* operand : {query, key}) {
      operand->output()->replaceAllUsesWith(operand->input(0));
      destroy(operand);
    }
  }

  void batch_norm(Node& node) {
    if (!only_first_is_read(node)) return;
    auto inputs = node.inputs().vec();
    inputs.insert(inputs.begin() + 5, make_constant(node, false));
    inputs.push_back(make_constant(node, true));
    replace(node, "aten::batch_norm", inputs);
  }

  void layer_norm(Node& node) {
    if (!only_first_is_read(node)) return;
    auto inputs = node.inputs().vec();
    inputs.push_back(make_constant(node, true));
    replace(node, "aten::layer_norm", inputs);
  }

  void group_norm(Node& node) {
    if (!only_first_is_read(node)) return;
    replace(node, "aten::group_norm",
            {node.input(0), node.input(6), node.input(1), node.input(2), node.input(7), make_constant(node, true)});
  }

  void softmax(Node& node, const std::string& name) {
    if (is_constant(node.input(2), false))
      replace(node, name, {node.input(0), node.input(1), make_constant(node, IValue())});
  }

  void mean(Node& node) {
    if (node.inputs().size() == 4 && is_constant(node.input(1), std::vector<int64_t>{-1, -2}) &&
        is_constant(node.input(2), true) && is_constant(node.input(3), IValue()))
      replace(node, "aten::adaptive_avg_pool2d", {node.input(0), make_constant(node, std::vector<int64_t>{1, 1})});
  }

  FlatGraph& flat_;
  std::set<const Node*> destroyed_;
};

}  // namespace

void recompose(FlatGraph& flat) { Recomposer(flat).run(*flat.graph->block()); }

}  // namespace jennit::exported
