#include <jennit/errors.h>
#include <jennit/layers.h>
#include <jennit/script.h>
#include <jennit/tree.h>

#include <fstream>

#include "findings.h"
#include "graph/functional_ops.h"
#include "graph/graph_module.h"
#include "graph/log.h"
#include "inlining.h"
#include "module_plan.h"

namespace jennit {

namespace script {

using graph::GraphModule;

namespace {

/// The class of a module: its simple name, and whether it is one of torch.nn's own.
struct ClassName {
  std::string simple;
  bool of_torch = false;

  explicit ClassName(const torch::jit::Module& module) {
    const auto name = module.type()->name();
    simple = name ? name->name() : "Module";
    of_torch = name && name->qualifiedName().rfind("__torch__.torch.nn.modules.", 0) == 0;
  }
};

std::vector<graph::RegisteredTensor> tensors_of(const torch::jit::Module& module) {
  std::vector<graph::RegisteredTensor> tensors;
  for (const auto& parameter : module.named_parameters(false))
    tensors.push_back({parameter.name, parameter.value, true});
  for (const auto& buffer : module.named_buffers(false)) tensors.push_back({buffer.name, buffer.value, false});
  return tensors;
}

/// All attributes but the children.
std::map<std::string, c10::IValue> attributes_of(const torch::jit::Module& module) {
  std::map<std::string, c10::IValue> attributes;
  for (const auto& attribute : module.named_attributes(false))
    if (!attribute.value.isModule()) attributes[attribute.name] = attribute.value;
  return attributes;
}

bool is_container(const std::string& type) {
  return type == "Sequential" || type == "ModuleList" || type == "ModuleDict";
}

class Importer {
 public:
  explicit Importer(bool names_functional_ops) : names_functional_ops_(names_functional_ops) {}

  ModulePtr import_all(const torch::jit::Module& module) {
    auto root = import(module, "");
    graph::name_functional_ops(root, names_functional_ops_);
    return root;
  }

  const Findings& findings() const { return findings_; }

 private:
  ModulePtr import(const torch::jit::Module& module, const std::string& path) {
    // The same object under two names is the same node under both.
    const auto known = nodes_.find(module._ivalue().get());
    if (known != nodes_.end()) return known->second;
    const ClassName name(module);
    auto node = name.of_torch ? layer_or_container(name.simple, module, path) : nullptr;
    if (!node) node = graph_module(name.simple, module, path);
    nodes_[module._ivalue().get()] = node;
    return node;
  }

  ModulePtr layer_or_container(const std::string& type, const torch::jit::Module& module, const std::string& path) {
    if (is_container(type)) {
      if (type == "Sequential" && !is_chain(module)) return nullptr;
      auto container = make_layer(type, {});
      container->train(module.is_training());
      import_children(container, module, path);
      return container;
    }
    const auto plan = plan_of_module(type, module);
    auto layer = plan ? graph::make_planned(*plan) : nullptr;
    if (layer) layer->train(module.is_training());
    return layer;
  }

  /// Whether a Sequential does what its name says: traces may hand values past it.
  static bool is_chain(const torch::jit::Module& module) {
    const auto method = module.find_method("forward");
    if (!method) return false;
    const auto graph = method->graph();
    if (graph->inputs().size() != 2 || graph->outputs().size() != 1) return false;
    std::map<std::string, const torch::jit::Node*> calls;
    for (const auto* node : graph->nodes()) {
      if (node->kind() == c10::prim::GetAttr) continue;
      if (node->kind() != c10::prim::CallMethod || node->inputs().size() != 2) return false;
      const auto* child = node->input(0)->node();
      if (child->kind() != c10::prim::GetAttr || child->input() != graph->inputs()[0]) return false;
      if (!calls.emplace(child->s(c10::attr::name), node).second) return false;
    }
    const torch::jit::Value* value = graph->inputs()[1];
    for (const auto& child : module.named_children()) {
      const auto call = calls.find(child.name);
      if (call == calls.end()) {
        // A trace has no call of what does nothing.
        if (ClassName(child.value).simple != "Identity") return false;
        continue;
      }
      if (call->second->input(1) != value) return false;
      value = call->second->output();
    }
    return value == graph->outputs()[0];
  }

  ModulePtr graph_module(const std::string& type, const torch::jit::Module& module, const std::string& path) {
    if (!module.type()->getForwardHooks().empty() || !module.type()->getForwardPreHooks().empty())
      throw Error(where(type, path) + " has scripted forward hooks, which cannot be imported: save it without them");
    auto node = std::make_shared<GraphModule>(type, tensors_of(module), attributes_of(module));
    node->keep(module._ivalue()->compilation_unit());
    // First, because it reaches down to the children.
    node->train(module.is_training());
    import_children(node, module, path);
    try {
      give_programs(*node, module);
    } catch (const std::exception& e) {
      throw Error(where(type, path) + ": " + message_of(e));
    }
    return node;
  }

  void give_programs(GraphModule& node, const torch::jit::Module& module) {
    for (const auto& method : module.get_methods())
      if (graph::is_forward(method.name())) give_program(node, method);
    for (const auto& method : module.get_methods()) {
      if (graph::is_forward(method.name())) continue;
      // Written out where it is called, unless the call goes through an interface, which is seldom: refused then.
      try {
        give_program(node, method);
      } catch (const Error&) {
      }
    }
  }

  void give_program(GraphModule& node, const torch::jit::Method& method) {
    auto graph = inlined_graph(method.function());
    if (names_functional_ops_) graph::fold_constants(graph);
    findings_.look_at(*graph);
    const auto& arguments = method.function().getSchema().arguments();
    auto program = std::make_unique<graph::Program>(std::move(graph),
                                                    std::vector<c10::Argument>(arguments.begin() + 1, arguments.end()));
    node.set_program(method.name(), std::move(program));
  }

  void import_children(const ModulePtr& node, const torch::jit::Module& module, const std::string& path) {
    for (const auto& child : module.named_children()) {
      const auto below = path.empty() ? child.name : path + "." + child.name;
      register_module(node, child.name, import(child.value, below));
    }
  }

  static std::string where(const std::string& type, const std::string& path) {
    return (path.empty() ? "the root" : "module '" + path + "'") + " (" + type + ")";
  }

  bool names_functional_ops_;
  Findings findings_;
  std::map<const void*, ModulePtr> nodes_;
};

torch::jit::Module load(const std::string& file) {
  if (!std::ifstream(file, std::ios::binary)) throw Error("there is no readable file '" + file + "'");
  try {
    return torch::jit::load(file, c10::kCPU);
  } catch (const std::exception& e) {
    throw Error(
        "'" + file +
        "' is not a complete TorchScript file that can be imported (weights alone, as torch.save writes them, are "
        "read by org.jennit.weights): " +
        message_of(e));
  }
}

}  // namespace

}  // namespace script

ModulePtr import_script(const std::string& file, bool name_functional_ops) {
  const auto module = script::load(file);
  try {
    script::Importer importer(name_functional_ops);
    auto root = importer.import_all(module);
    for (const auto& warning : importer.findings().warnings(name_functional_ops))
      graph::log_warning("'" + file + "' " + warning);
    return root;
  } catch (const std::exception& e) {
    throw Error("'" + file + "': " + message_of(e));
  }
}

}  // namespace jennit
