#include "functional_ops.h"

#include <jennit/layers.h>
#include <jennit/tree.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/peephole.h>

#include "attributes.h"
#include "gates.h"
#include "layer_plan.h"
#include "layer_table.h"
#include "provenance.h"
#include "registered_tensors.h"
#include "spatial_dimensions.h"
#include "structured_call.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

namespace {

bool is_tensor(const Value* value) { return value->type()->kind() == c10::TypeKind::TensorType; }

/// The type of the layer that does what the operator does; "" where none is known.
std::string layer_type(const Node& node, const Attributes& attributes) {
  const auto name = operator_name(node);
  if (name == "_convolution") {
    const auto stride = torch::jit::toIValue(node.namedInput("stride"));
    const auto transposed = torch::jit::toIValue(node.namedInput("transposed"));
    if (!stride || !stride->isIntList() || !transposed) return "";
    return (transposed->toBool() ? "ConvTranspose" : "Conv") + std::to_string(stride->toIntVector().size()) + "d";
  }
  if (name == "batch_norm") {
    const auto dimensions = spatial_dimensions(node.input(0), attributes);
    return dimensions ? "BatchNorm" + std::to_string(std::max<int64_t>(*dimensions, 1)) + "d" : "";
  }
  const auto* entry = find_functional(name);
  return entry ? entry->type : "";
}

class Naming {
 public:
  Naming(GraphModule& module, Program& program)
      : module_(module), program_(program), attributes_(module, program.graph()) {}

  void run(const Block& block) {
    for (const auto* node : block.nodes()) {
      for (const auto* inner : node->blocks()) run(*inner);
      if (!name_pair(*node) && node->kind().is_aten()) name_layer(*node);
    }
  }

 private:
  /// Names an operation of two operands. False where it is none.
  bool name_pair(const Node& node) {
    struct Pair {
      std::string type;
      Operands operands;
      /// How many of the operation's inputs it needs, and whether both operands must be tensors.
      size_t inputs;
      bool both;
    };
    static const std::map<std::string, Pair> pairs = {
        {"add", {"Sum", Operands::sum, 3, true}},         {"sub", {"Sum", Operands::difference, 3, true}},
        {"matmul", {"MatMul", Operands::given, 2, true}}, {"bmm", {"MatMul", Operands::given, 2, true}},
        {"mm", {"MatMul", Operands::given, 2, true}},     {"mul", {"Mul", Operands::product, 2, false}},
        {"div", {"Mul", Operands::quotient, 2, false}},   {"neg", {"Mul", Operands::negation, 1, false}},
    };
    const auto found = pairs.find(operator_name(node));
    if (found == pairs.end()) return false;
    const auto& pair = found->second;
    const auto inputs = node.inputs();
    if (inputs.size() != pair.inputs || node.outputs().size() != 1) return true;
    const bool first = is_computed(inputs[0]), second = inputs.size() > 1 && is_computed(inputs[1]);
    // A quotient has its constant behind.
    if (!(first || (second && pair.operands != Operands::quotient))) return true;
    if (pair.both && !((first || is_attribute(inputs[0])) && (second || is_attribute(inputs[1])))) return true;
    const auto layer = make_layer(pair.type, pair_options(pair.type, node));
    program_.name(&node, {child(node, layer), {inputs.begin(), inputs.end()}, pair.operands});
    return true;
  }

  /// Names the operand that is made of parameters alone: the other takes all relevance. A sum needs no such word, each
  /// summand's share is the same. Of a product, names the gate too.
  Options pair_options(const std::string& type, const Node& node) const {
    Options options;
    if (type == "Sum" || node.inputs().size() < 2) return options;
    const auto name = [](size_t operand) { return operand == 0 ? "first" : "second"; };
    for (size_t i = 0; i < 2; ++i)
      if (is_tensor(node.input(i)) && !depends_on_inputs(node.input(i))) options.set_text("constant", name(i));
    if (type == "Mul")
      if (const auto gate = gate_of(node, attributes_)) options.set_text("gate", name(*gate));
    return options;
  }

  void name_layer(const Node& node) {
    const auto type = layer_type(node, attributes_);
    if (type.empty() || node.outputs().size() != 1) return;
    const Known known = [&](const Value* value) { return attributes_(value); };
    auto plan = plan_of_node(type, node, known, module_.is_training());
    // Tables of words are looked up by integers, and weights alone are no work of a layer.
    if (!plan || plan->inputs.empty() || !is_computed(plan->inputs[0])) return;
    auto layer = make_planned(*plan);
    if (!layer) return;
    // The file has the weights elsewhere: state_dict must not show them twice.
    parameters_of(*layer).clear();
    buffers_of(*layer).clear();
    program_.name(&node, {child(node, layer), plan->inputs});
  }

  bool is_computed(const Value* value) const {
    return is_tensor(value) && value->node()->kind() != c10::prim::Constant &&
           value->node()->kind() != c10::prim::GetAttr;
  }

  /// A parameter or buffer.
  bool is_attribute(const Value* value) const {
    return is_tensor(value) && value->node()->kind() == c10::prim::GetAttr;
  }

  /// Registers the layer under the next free name, or finds it there already, and answers the name.
  std::string child(const Node& node, const ModulePtr& layer) {
    auto base = operator_name(node);
    if (base == "_convolution")
      base = "conv" + callable(*layer).type_name().substr(callable(*layer).type_name().size() - 2);
    for (;;) {
      const auto name = base + "_" + std::to_string(++used_[base]);
      const auto children = module_.named_children();
      if (const auto* taken = children.find(name)) {
        if (!does_the_same(**taken, *layer)) continue;
        return name;
      }
      if (module_.has_attribute(name)) continue;
      layer->train(module_.is_training());
      register_module(module_.shared_from_this(), name, layer);
      return name;
    }
  }

  static bool does_the_same(torch::nn::Module& left, torch::nn::Module& right) {
    auto& one = callable(left);
    auto& other = callable(right);
    if (one.type_name() != other.type_name() || one.extra_repr() != other.extra_repr()) return false;
    for (const auto* name : {"weight", "bias", "running_mean", "running_var"}) {
      const auto *first = one.own_parameter(name), *second = other.own_parameter(name);
      if (first && second && !first->is_same(*second)) return false;
    }
    return true;
  }

  GraphModule& module_;
  Program& program_;
  Attributes attributes_;
  std::map<std::string, int64_t> used_;
};

}  // namespace

void fold_constants(std::shared_ptr<torch::jit::Graph>& graph) {
  torch::jit::ConstantPropagation(graph);
  torch::jit::PeepholeOptimize(graph, /*disable_shape_peepholes=*/true);
  torch::jit::ConstantPropagation(graph);
  torch::jit::EliminateDeadCode(graph);
}

void name_functional_ops(GraphModule& module, Program& program) {
  Naming(module, program).run(*program.graph().block());
}

}  // namespace jennit::graph
