#include "module_plan.h"

#include <set>

#include "graph/layer_table.h"

namespace jennit::script {

using c10::IValue;
using graph::LayerEntry;
using graph::LayerPlan;
using torch::jit::Node;
using torch::jit::Value;

namespace {

/// The nodes that do something: all but constants, lists of them, and reads of attributes.
std::vector<const Node*> working_nodes(const torch::jit::Graph& graph) {
  std::vector<const Node*> working;
  for (const auto* node : graph.nodes())
    if (node->kind() != c10::prim::Constant && node->kind() != c10::prim::GetAttr &&
        node->kind() != c10::prim::ListConstruct)
      working.push_back(node);
  return working;
}

bool overwrites(const torch::jit::Graph& graph) {
  for (const auto* node : graph.nodes())
    if (graph::is_in_place(*node)) return true;
  return false;
}

std::shared_ptr<torch::jit::Graph> forward_graph(const torch::jit::Module& module) {
  const auto method = module.find_method("forward");
  return method ? method->graph() : nullptr;
}

/// From the attributes and constants of a scripted layer.
std::optional<LayerPlan> plan_of_attributes(const LayerEntry& entry, const torch::jit::Module& module) {
  LayerPlan plan{entry.type, {}, {}, {}};
  for (const auto& option : entry.options) {
    if (!module.hasattr(option.first)) return std::nullopt;
    graph::set_option(plan, option.first, module.attr(option.first));
  }
  const auto graph = forward_graph(module);
  // A trace of the identity has nothing to hold.
  if (!graph) return entry.type == "Identity" ? std::optional<LayerPlan>(plan) : std::nullopt;
  if (graph->outputs().size() != 1) return std::nullopt;
  // A trace hands values that other modules share through the forwards of those in between.
  const size_t inputs = entry.type == "Bilinear" ? 3 : 2;
  if (entry.options.empty() && graph->inputs().size() != inputs) return std::nullopt;
  const auto flag = [&](const std::string& name) {
    return module.hasattr(name) && module.attr(name).isBool() && module.attr(name).toBool();
  };
  if (flag("return_indices")) return std::nullopt;
  if (module.hasattr("inplace") ? flag("inplace") : overwrites(*graph)) plan.options.set("inplace", true);
  for (const auto* size : {"num_features", "num_channels"})
    if (module.hasattr(size)) plan.options.set(size, module.attr(size));
  return plan;
}

/// From the constants of a scripted recurrent layer or cell, whose graph checks its input and chooses among kernels.
std::optional<LayerPlan> plan_of_recurrence(const std::string& type, const torch::jit::Module& module) {
  static const std::set<std::string> types = {"RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"};
  // The second overload takes a packed sequence.
  if (!types.count(type) || module.find_method("forward__1")) return std::nullopt;
  LayerPlan plan{type, {}, {}, {}};
  for (const auto* name : {"input_size", "hidden_size", "bias"}) {
    if (!module.hasattr(name)) return std::nullopt;
    graph::set_option(plan, name, module.attr(name));
  }
  for (const auto* name : {"num_layers", "batch_first", "dropout", "bidirectional", "proj_size", "nonlinearity"})
    if (module.hasattr(name) && !(type != "LSTM" && std::string(name) == "proj_size"))
      graph::set_option(plan, name, module.attr(name));
  if (module.hasattr("mode") && module.attr("mode") == IValue("RNN_RELU"))
    graph::set_option(plan, "nonlinearity", IValue("relu"));
  return plan;
}

/// From the one operator that a traced layer consists of.
std::optional<LayerPlan> plan_of_trace(const LayerEntry& entry, const torch::jit::Module& module) {
  const auto graph = forward_graph(module);
  if (!graph || graph->outputs().size() != 1) return std::nullopt;
  const auto working = working_nodes(*graph);
  if (working.size() != 1 || graph->outputs()[0] != working[0]->outputs()[0]) return std::nullopt;
  const graph::Known attribute = [&](const Value* value) -> std::optional<IValue> {
    const auto* node = value->node();
    if (node->kind() != c10::prim::GetAttr || node->input() != graph->inputs()[0]) return std::nullopt;
    return module.attr(node->s(c10::attr::name));
  };
  auto plan = graph::plan_of_node(entry.type, *working[0], attribute, module.is_training());
  if (!plan) return std::nullopt;
  // Exactly what comes in, in its order, goes into the operator.
  const auto given = graph->inputs().slice(1);
  if (!std::equal(given.begin(), given.end(), plan->inputs.begin(), plan->inputs.end())) return std::nullopt;
  return plan;
}

}  // namespace

std::optional<LayerPlan> plan_of_module(const std::string& type, const torch::jit::Module& module) {
  const auto* entry = graph::find_layer(type);
  auto plan = entry ? plan_of_attributes(*entry, module) : plan_of_recurrence(type, module);
  if (entry && !plan) plan = plan_of_trace(*entry, module);
  if (!plan) return std::nullopt;
  plan->tensors.clear();
  for (const auto& parameter : module.named_parameters(false)) plan->tensors[parameter.name] = parameter.value;
  for (const auto& buffer : module.named_buffers(false)) plan->tensors[buffer.name] = buffer.value;
  if (!graph::set_sizes(*plan)) return std::nullopt;
  return plan;
}

}  // namespace jennit::script
