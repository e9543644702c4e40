#include <jennit/errors.h>
#include <jennit/exported.h>
#include <jennit/layers.h>
#include <jennit/tree.h>

#include "conv1d_plan.h"
#include "flat_graph.h"
#include "graph/compositions.h"
#include "graph/functional_ops.h"
#include "graph/graph_module.h"
#include "graph/layer_plan.h"
#include "graph/layer_table.h"
#include "input_check.h"
#include "module_tree.h"
#include "recompose.h"
#include "recurrent_plan.h"
#include "unflatten.h"

namespace jennit {

namespace exported {

using c10::IValue;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

namespace prim = c10::prim;

namespace {

const std::string torch_modules = "torch.nn.modules.";

/// "Conv2d" of "torch.nn.modules.conv.Conv2d".
std::string simple_name(const std::string& type) {
  const auto name = name_of(type);
  return name.empty() ? "Module" : name;
}

bool is_container(const std::string& type) {
  return type == "Sequential" || type == "ModuleList" || type == "ModuleDict";
}

class TreeImporter {
 public:
  TreeImporter(const ExportedDescription& description, bool names_functional_ops)
      : description_(description),
        names_functional_ops_(names_functional_ops),
        flat_(recomposed(flat_graph(description))),
        tree_(description, flat_),
        programs_(unflatten(flat_, tree_)) {}

  ModulePtr import() {
    auto root = import("");
    graph::name_functional_ops(root, names_functional_ops_);
    return root;
  }

 private:
  static FlatGraph recomposed(FlatGraph flat) {
    recompose(flat);
    return flat;
  }

  ModulePtr import(const std::string& path) {
    const auto& type = tree_.type_of(path);
    // The root takes any inputs and gives any outputs.
    if (!path.empty() && (type.rfind(torch_modules, 0) == 0 || type == "transformers.pytorch_utils.Conv1D"))
      if (auto node = layer_or_container(simple_name(type), path)) return node;
    return graph_module(simple_name(type), path);
  }

  const std::vector<std::shared_ptr<Graph>>& methods(const std::string& path) { return programs_[path].methods; }

  ModulePtr layer_or_container(const std::string& type, const std::string& path) {
    const auto& graphs = methods(path);
    if (is_container(type)) {
      const bool fits = type == "Sequential" ? graphs.size() == 1 && is_chain(*graphs[0], path) : graphs.empty();
      if (!fits || !tree_.tensors_of(path).empty()) return nullptr;
      auto container = make_layer(type, {});
      import_children(container, path);
      container->eval();
      return container;
    }
    if (!tree_.children_of(path).empty()) return nullptr;
    if (graphs.empty()) return type == "Identity" ? make_layer(type, {}) : nullptr;
    for (const auto& graph : graphs) graph::write_compositions(*graph, attributes_of(path, *graph));
    const auto plan = graphs.size() == 1 ? plan_of_layer(type, path, *graphs[0]) : std::nullopt;
    if (!plan) return nullptr;
    auto layer = graph::make_planned(*plan);
    if (layer) {
      layer->eval();
      give_inputs(path, *graphs[0], plan->inputs);
    }
    return layer;
  }

  /// Lets all calls of a layer hand it these inputs of its graph and no others, such as sizes.
  void give_inputs(const std::string& path, const Graph& graph, const std::vector<const Value*>& inputs) {
    for (auto* call : programs_[path].calls) {
      std::vector<Value*> arguments = {call->input(0)};
      for (const auto* input : inputs) {
        const auto all = graph.inputs();
        arguments.push_back(call->input(std::find(all.begin(), all.end(), input) - all.begin()));
      }
      call->removeAllInputs();
      for (auto* argument : arguments) call->addInput(argument);
    }
  }

  /// Whether a Sequential does what its name says: each child takes what the one before it gives.
  bool is_chain(const Graph& graph, const std::string& path) const {
    if (graph.inputs().size() != 2 || graph.outputs().size() != 1) return false;
    const Value* value = graph.inputs()[1];
    std::set<std::string> called;
    std::vector<std::string> order;
    for (const auto* node : graph.nodes()) {
      if (node->kind() == prim::GetAttr) continue;
      if (node->kind() != prim::CallMethod || node->inputs().size() != 2 || node->input(1) != value) return false;
      const auto* child = node->input(0)->node();
      if (child->kind() != prim::GetAttr || child->input() != graph.inputs()[0]) return false;
      order.push_back(child->s(c10::attr::name));
      if (!called.insert(order.back()).second) return false;
      value = node->output();
    }
    std::vector<std::string> expected;
    for (const auto& child : tree_.children_of(path)) {
      if (called.count(child))
        expected.push_back(child);
      else if (simple_name(tree_.type_of(joined(path, child))) != "Identity")
        return false;
    }
    return order == expected && value == graph.outputs()[0];
  }

  /// The layer whose one operator the graph is; none where it is more than that.
  std::optional<graph::LayerPlan> plan_of_layer(const std::string& type, const std::string& path, const Graph& graph) {
    if (auto recurrent = plan_of_recurrent(type, graph, tree_.tensors_of(path))) return recurrent;
    if (type == "Conv1D") return plan_of_conv1d(graph, tree_.tensors_of(path));
    const auto* entry = graph::find_layer(type);
    if (!entry || graph.outputs().size() != 1) return std::nullopt;
    const Node* operation = nullptr;
    for (const auto* node : graph.nodes()) {
      if (node->kind() == prim::Constant || node->kind() == prim::GetAttr || node->kind() == prim::ListConstruct)
        continue;
      if (operation) return std::nullopt;
      operation = node;
    }
    if (!operation || graph.outputs()[0] != operation->outputs()[0]) return std::nullopt;
    auto plan = graph::plan_of_node(type, *operation, attributes_of(path, graph), /*training=*/false);
    if (!plan) return std::nullopt;
    // Exactly what comes in, in its order, goes into the operator.
    const auto given = graph.inputs().slice(1);
    if (!std::equal(given.begin(), given.end(), plan->inputs.begin(), plan->inputs.end())) return std::nullopt;
    return takes_own_tensors(*plan, path) && graph::set_sizes(*plan) ? plan : std::nullopt;
  }

  /// Gives the plan all tensors of the module. False where the operator computes with others: what was exported after
  /// its weights were changed holds both.
  bool takes_own_tensors(graph::LayerPlan& plan, const std::string& path) const {
    NamedTensors own;
    for (const auto* state : tree_.tensors_of(path)) own[name_of(state->path)] = state->tensor;
    for (const auto* name : {"weight", "bias", "running_mean", "running_var"}) {
      const auto read = plan.tensors[name], held = own.count(name) ? own[name] : Tensor();
      if (read.defined() != held.defined() || (read.defined() && !read.is_same(held))) return false;
    }
    plan.tensors = std::move(own);
    return true;
  }

  /// What the module's own tensors are in its graph. Both must outlive the answer.
  graph::Known attributes_of(const std::string& path, const Graph& graph) const {
    return [this, &path, &graph](const Value* value) -> std::optional<IValue> {
      const auto* node = value->node();
      if (node->kind() != prim::GetAttr || node->input() != graph.inputs()[0]) return std::nullopt;
      return tensor(path, node->s(c10::attr::name));
    };
  }

  std::optional<IValue> tensor(const std::string& path, const std::string& name) const {
    for (const auto* state : tree_.tensors_of(path))
      if (name_of(state->path) == name) return IValue(state->tensor);
    return std::nullopt;
  }

  ModulePtr graph_module(const std::string& type, const std::string& path) {
    std::vector<graph::RegisteredTensor> tensors;
    for (const auto* state : tree_.tensors_of(path))
      tensors.push_back({name_of(state->path), state->tensor, state->is_parameter});
    auto node = std::make_shared<graph::GraphModule>(type, tensors, std::map<std::string, IValue>());
    if (path.empty())
      node->set_input_check(
          [expected = description_.inputs()](const Tensors& inputs) { check_inputs(expected, inputs); });
    import_children(node, path);
    node->eval();
    try {
      give_programs(*node, path);
    } catch (const std::exception& e) {
      throw Error((path.empty() ? "the root" : "module '" + path + "'") + " (" + type + "): " + message_of(e));
    }
    return node;
  }

  void give_programs(graph::GraphModule& node, const std::string& path) {
    size_t count = 0;
    for (const auto& graph : methods(path)) {
      auto program = std::make_unique<graph::Program>(graph, parameters(*graph, path));
      node.set_program(count == 0 ? "forward" : "forward" + std::to_string(count), std::move(program));
      ++count;
    }
  }

  /// What a method takes besides the module.
  std::vector<c10::Argument> parameters(const Graph& graph, const std::string& path) const {
    std::vector<c10::Argument> parameters;
    for (size_t i = 1; i < graph.inputs().size(); ++i)
      parameters.emplace_back(path.empty() && i <= description_.inputs().size() ? description_.inputs()[i - 1].name
                                                                                : "input_" + std::to_string(i),
                              graph.inputs()[i]->type());
    return parameters;
  }

  void import_children(const ModulePtr& node, const std::string& path) {
    for (const auto& name : tree_.children_of(path)) register_module(node, name, import(joined(path, name)));
  }

  const ExportedDescription& description_;
  bool names_functional_ops_;
  FlatGraph flat_;
  ModuleTree tree_;
  ModulePrograms programs_;
};

}  // namespace

}  // namespace exported

ModulePtr import_exported(const ExportedDescription& description, bool name_functional_ops) {
  return exported::TreeImporter(description, name_functional_ops).import();
}

}  // namespace jennit
