#include "functional_ops.h"

#include <jennit/layers.h>
#include <jennit/tree.h>
#include <torch/csrc/jit/passes/constant_propagation.h>
#include <torch/csrc/jit/passes/dead_code_elimination.h>
#include <torch/csrc/jit/passes/peephole.h>

#include "attributes.h"
#include "compositions.h"
#include "gates.h"
#include "layer_plan.h"
#include "layer_table.h"
#include "linear_maps.h"
#include "recurrent_plan.h"
#include "registered_tensors.h"
#include "spatial_dimensions.h"

namespace jennit::graph {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

namespace {

bool is_tensor(const Value* value) { return value->type()->kind() == c10::TypeKind::TensorType; }

/// The type of the layer that does what the operator does; "" where none is known.
std::string layer_type(const Node& node, const Attributes& attributes) {
  const auto name = operator_name(node);
  if (name == "_convolution") {
    const Known known = [&](const Value* value) { return attributes(value); };
    const auto stride = constant_of(node.namedInput("stride"), known);
    const auto transposed = constant_of(node.namedInput("transposed"), known);
    if (!stride || !stride->isIntList() || !transposed) return "";
    return (transposed->toBool() ? "ConvTranspose" : "Conv") + std::to_string(stride->toIntVector().size()) + "d";
  }
  if (name == "batch_norm" || name == "instance_norm") {
    const auto dimensions = spatial_dimensions(node.input(0), attributes);
    const std::string type = name == "batch_norm" ? "BatchNorm" : "InstanceNorm";
    return dimensions ? type + std::to_string(std::max<int64_t>(*dimensions, 1)) + "d" : "";
  }
  const auto* entry = find_functional(name);
  return entry ? entry->type : "";
}

bool has_weights(const std::string& type) { return type == "Linear" || type.rfind("Conv", 0) == 0; }

class Naming {
 public:
  Naming(GraphModule& module, Program& program) : module_(module), program_(program), attributes_(module, program) {}

  void run(const Block& block) {
    for (const auto* node : block.nodes()) {
      for (const auto* inner : node->blocks()) run(*inner);
      if (node->kind().is_aten() && !name_pair(*node) && !name_cat(*node) && !name_recurrent(*node)) name_layer(*node);
    }
  }

  /// Whether the program is one layer with weights and nothing else.
  bool is_one_layer() const {
    size_t layers = 0, others = 0;
    for (const auto* node : program_.graph().nodes()) {
      if (!node->blocks().empty() || node->kind() == c10::prim::CallMethod) return false;
      if (!node->kind().is_aten() || !attributes_.depends_on_input(node->outputs()[0])) continue;
      const bool is_layer = has_weights(layer_type(*node, attributes_)) ||
                            plan_recurrent(*node, attributes_, module_.is_training()).has_value();
      ++(is_layer ? layers : others);
    }
    return layers == 1 && others == 0;
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
        {"add", {"Sum", Operands::sum, 3, true}},         {"sub", {"Sum", Operands::sum, 3, true}},
        {"matmul", {"MatMul", Operands::given, 2, true}}, {"bmm", {"MatMul", Operands::given, 2, true}},
        {"mm", {"MatMul", Operands::given, 2, true}},     {"mul", {"Mul", Operands::product, 2, false}},
        {"div", {"Mul", Operands::quotient, 2, false}},   {"neg", {"Mul", Operands::negation, 1, false}},
    };
    const auto found = pairs.find(operator_name(node));
    if (found == pairs.end()) return false;
    const auto& pair = found->second;
    const auto inputs = node.inputs();
    if (inputs.size() != pair.inputs || node.outputs().size() != 1) return true;
    const bool first = depends(inputs[0]), second = inputs.size() > 1 && depends(inputs[1]);
    // A quotient has its constant behind.
    if (!(first || (second && pair.operands != Operands::quotient))) return true;
    if (pair.both && !(is_operand(inputs[0]) && is_operand(inputs[1]))) return true;
    auto options = pair_options(pair.type, node);
    auto operands = pair.operands;
    if (pair.type == "Sum") operands = weigh(node, options);
    const auto layer = make_layer(pair.type, options);
    program_.name(&node, {child(node, layer), {inputs.begin(), inputs.end()}, operands, {}});
    return true;
  }

  /// Lets the layer weigh the second summand, so that the weight is under its rule; each call where it is not known.
  static Operands weigh(const Node& node, Options& options) {
    const bool subtracts = operator_name(node) == "sub";
    const auto alpha = torch::jit::toIValue(node.input(2));
    if (!alpha || !alpha->isScalar()) return subtracts ? Operands::weighted_difference : Operands::weighted_sum;
    const auto weight = alpha->toScalar().toDouble() * (subtracts ? -1 : 1);
    if (weight != 1) options.set("alpha", weight);
    return Operands::sum;
  }

  /// Names the operand that is made of parameters alone: the other takes all relevance. A sum needs no such word, each
  /// summand's share is the same. Of a product, names the gate too.
  Options pair_options(const std::string& type, const Node& node) const {
    Options options;
    if (type == "Sum" || node.inputs().size() < 2) return options;
    const auto name = [](size_t operand) { return operand == 0 ? "first" : "second"; };
    for (size_t i = 0; i < 2; ++i)
      if (is_tensor(node.input(i)) && !attributes_.depends_on_input(node.input(i)))
        options.set_text("constant", name(i));
    if (type == "Mul")
      if (const auto gate = gate_of(node, attributes_)) options.set_text("gate", name(*gate));
    return options;
  }

  bool name_cat(const Node& node) {
    if (operator_name(node) != "cat") return false;
    const auto dim = torch::jit::toIValue(node.input(1));
    if (!dim || !attributes_.depends_on_input(node.input(0))) return true;
    Options options;
    options.set("dim", dim->toInt());
    program_.name(&node, {child(node, make_layer("Cat", options)), {node.input(0)}, Operands::given, {}});
    return true;
  }

  bool name_recurrent(const Node& node) {
    auto plan = plan_recurrent(node, attributes_, module_.is_training());
    if (plan) program_.name(&node, {child(node, plan->layer), plan->inputs, Operands::given, {}});
    return plan.has_value();
  }

  void name_layer(const Node& node) {
    const auto type = layer_type(node, attributes_);
    if (type.empty() || node.outputs().size() != 1) return;
    auto plan = plan_of_node(type, node, [&](const Value* value) { return attributes_(value); }, module_.is_training());
    // Tables of words are looked up by integers, and weights alone are no work of a layer.
    if (!plan || plan->inputs.empty() || !depends(plan->inputs[0])) return;
    auto layer = make_planned(*plan);
    if (!layer) return;
    NamedOperation operation{"", plan->inputs, Operands::given, {}};
    const auto* schema = node.maybeSchema();
    for (size_t i = 0; i < node.inputs().size(); ++i) {
      const auto& name = schema->arguments()[i].name();
      const auto tensor = plan->tensors.find(name);
      if (tensor == plan->tensors.end() || !tensor->second.defined() || attributes_.is_attribute(node.input(i)))
        continue;
      operation.parameters.emplace_back(name, node.input(i));
      *callable(*layer).own_parameter(name) = Tensor();
    }
    // The file has the weights elsewhere: state_dict must not show them twice.
    parameters_of(*layer).clear();
    buffers_of(*layer).clear();
    operation.child = child(node, layer);
    program_.name(&node, std::move(operation));
  }

  bool depends(const Value* value) const { return is_tensor(value) && attributes_.depends_on_input(value); }

  /// A tensor that is computed, or a parameter or buffer.
  static bool is_operand(const Value* value) {
    return is_tensor(value) && value->node()->kind() != c10::prim::Constant;
  }

  /// Registers the layer under the next free name, or finds it there already, and answers the name.
  std::string child(const Node& node, const ModulePtr& layer) {
    auto base = operator_name(node);
    if (base == "_convolution" || base == "_convolution_mode")
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
    auto names = one.parameter_names();
    names.insert(names.end(), {"running_mean", "running_var"});
    for (const auto& name : names) {
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

void name_in(GraphModule& module, bool all) {
  if (!all && !module.children().empty()) return;
  for (const auto& method : module.methods()) {
    if (!is_forward(method)) continue;
    auto& program = *module.program(method);
    if (!all && !Naming(module, program).is_one_layer()) continue;
    if (all)
      program.edit([&](torch::jit::Graph& graph) {
        write_compositions(graph, [attributes = Attributes(module, program)](const Value* v) { return attributes(v); });
      });
    program.edit([&](torch::jit::Graph& graph) { write_linear_maps(graph, Attributes(module, program)); });
    Naming(module, program).run(*program.graph().block());
  }
}

}  // namespace

void fold_constants(std::shared_ptr<torch::jit::Graph>& graph) {
  torch::jit::ConstantPropagation(graph);
  torch::jit::PeepholeOptimize(graph, /*disable_shape_peepholes=*/true);
  torch::jit::ConstantPropagation(graph);
  torch::jit::EliminateDeadCode(graph);
}

void name_functional_ops(const ModulePtr& root, bool all) {
  note_arguments(root);
  // As they are in the file: what is named is no part of it.
  auto modules = root->modules();
  for (const auto& module : modules)
    if (auto* executing = dynamic_cast<GraphModule*>(module.get())) name_in(*executing, all);
}

}  // namespace jennit::graph
