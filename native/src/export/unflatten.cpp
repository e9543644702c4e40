#include "unflatten.h"

#include <jennit/errors.h>
#include <torch/csrc/jit/passes/canonicalize.h>

#include <unordered_set>

namespace jennit::exported {

using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using torch::jit::WithInsertPoint;

namespace prim = c10::prim;
namespace attr = c10::attr;

namespace {

using Nodes = std::vector<Node*>;

/// The nodes of a block, without constants: those are copied to where they are read.
Nodes nodes_of(Block& block) {
  Nodes nodes;
  for (auto* node : block.nodes())
    if (node->kind() != prim::Constant) nodes.push_back(node);
  return nodes;
}

/// A graph in the making: of one method of one module.
struct Method {
  Method(std::string path, size_t depth) : path(std::move(path)), depth(depth) {}

  std::string path;
  /// How many modules are being called, this one included.
  size_t depth;
  std::shared_ptr<Graph> graph = std::make_shared<Graph>();
  Value* self = nullptr;
  std::unordered_map<const Value*, Value*> values;
  /// Attributes that are read, by path.
  std::map<std::string, Value*> attributes;
  /// The last node that reads an attribute or makes a constant; null where there is none.
  Node* prologue = nullptr;

  /// Puts a node where everything else may read it.
  Node* prepend(Node* node) {
    if (prologue)
      node->insertAfter(prologue);
    else
      graph->prependNode(node);
    return prologue = node;
  }
};

class Unflattener {
 public:
  Unflattener(FlatGraph& flat, const ModuleTree& tree) : flat_(flat), tree_(tree) {}

  ModulePrograms run() {
    place_sizes(*flat_.graph->block());
    Method root{"", 1};
    begin(root);
    WithInsertPoint inside(root.graph->block());
    for (auto* input : flat_.inputs) root.values[input] = user_input(*root.graph, *input);
    copy(root, nodes_of(*flat_.graph->block()));
    for (auto* output : flat_.graph->outputs()) root.graph->registerOutput(resolve(root, output));
    programs_[""].methods.push_back(root.graph);
    for (const auto& [path, program] : std::map<std::string, ModuleProgram>(programs_))
      for (const auto& graph : program.methods) note_calls(*graph, path, *graph->block());
    return std::move(programs_);
  }

 private:
  const Frames& frames(const Node* node) const {
    static const Frames none;
    const auto found = flat_.frames.find(node);
    return found == flat_.frames.end() ? none : found->second;
  }

  /// Notes who is called by a graph of the module at `path`.
  void note_calls(const Graph& graph, const std::string& path, Block& block) {
    for (auto* node : block.nodes()) {
      for (auto* inner : node->blocks()) note_calls(graph, path, *inner);
      if (node->kind() == prim::CallMethod) programs_[path_of(graph, path, node->input(0))].calls.push_back(node);
    }
  }

  /// The path of a module that a graph reads from its own.
  static std::string path_of(const Graph& graph, const std::string& path, const Value* module) {
    if (module == graph.inputs()[0]) return path;
    return joined(path_of(graph, path, module->node()->input()), module->node()->s(attr::name));
  }

  /// Sizes that PyTorch reads by itself belong to no module: they move to those who need them, so that the calls in
  /// between stay whole.
  void place_sizes(Block& block) {
    auto nodes = nodes_of(block);
    for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
      auto* node = *it;
      for (auto* inner : node->blocks()) place_sizes(*inner);
      if (!frames(node).empty() || !is_size(*node)) continue;
      Node* first = nullptr;
      std::optional<Frames> shared;
      for (auto* output : node->outputs())
        for (const auto& use : output->uses()) {
          auto* user = at_level(use.user, &block);
          if (!first || user->isBefore(first)) first = user;
          const auto& needed = frames(user);
          if (!shared)
            shared = needed;
          else
            shared->resize(common(*shared, needed));
        }
      flat_.frames[node] = shared.value_or(Frames{});
      if (first->kind() != prim::Return) node->moveBefore(first);
    }
  }

  /// True for what gives nothing but sizes, which somebody reads.
  static bool is_size(const Node& node) {
    const auto outputs = node.outputs();
    return node.hasUses() && node.blocks().empty() &&
           std::all_of(outputs.begin(), outputs.end(),
                       [](const Value* value) { return value->type()->kind() == c10::TypeKind::IntType; });
  }

  /// The node of `block` that is the node, or holds it.
  static Node* at_level(Node* node, const Block* block) {
    while (node->owningBlock() != block) node = node->owningBlock()->owningNode();
    return node;
  }

  /// Modules have no type in these graphs.
  static void begin(Method& method) { method.self = method.graph->addInput("self")->setType(c10::AnyType::get()); }

  /// Sizes and numbers that a user gives come as tensors.
  static Value* user_input(Graph& graph, const Value& input) {
    auto* value = graph.addInput();
    const auto kind = input.type()->kind();
    if (kind == c10::TypeKind::TensorType) return value;
    const auto conversion = kind == c10::TypeKind::IntType     ? c10::aten::Int
                            : kind == c10::TypeKind::FloatType ? c10::aten::Float
                                                               : c10::aten::Bool;
    return graph.insertNode(graph.create(conversion, {value}))->output()->setType(input.type());
  }

  /// Copies operations to the end of the method's graph, calls of modules below as calls.
  void copy(Method& method, const Nodes& nodes) {
    for (size_t i = 0; i < nodes.size();) {
      const auto& called = frames(nodes[i]);
      if (!is_deeper(method, called)) {
        copy(method, nodes[i++]);
        continue;
      }
      const auto& key = called[method.depth].key;
      Nodes run;
      while (i < nodes.size() && is_deeper(method, frames(nodes[i])) && frames(nodes[i])[method.depth].key == key)
        run.push_back(nodes[i++]);
      call(method, run);
    }
  }

  static bool is_deeper(const Method& method, const Frames& frames) {
    return frames.size() > method.depth && frames[method.depth - 1].path == method.path;
  }

  void copy(Method& method, Node* node) {
    auto& graph = *method.graph;
    auto* same = graph.insertNode(
        graph.createClone(node, [&](Value* value) { return resolve(method, value); }, /*copy_blocks=*/false));
    for (auto* block : node->blocks()) {
      auto* inner = same->addBlock();
      WithInsertPoint inside(inner);
      copy(method, nodes_of(*block));
      for (auto* output : block->outputs()) inner->registerOutput(resolve(method, output));
    }
    for (size_t i = 0; i < node->outputs().size(); ++i) method.values[node->outputs()[i]] = same->outputs()[i];
  }

  /// The value of the flat graph in the method's graph.
  Value* resolve(Method& method, Value* value) {
    const auto known = method.values.find(value);
    if (known != method.values.end()) return known->second;
    const auto state = flat_.states.find(value);
    if (state != flat_.states.end())
      if (const auto path = tree_.reachable(*state->second, method.path))
        return method.values[value] = attribute(method, *path, /*is_module=*/false);
    if (value->node()->kind() != prim::Constant)
      throw std::logic_error("the value '" + value->debugName() + "' did not come to '" + method.path + "'");
    auto* constant = method.graph->createClone(value->node(), [](Value* unread) { return unread; });
    return method.values[value] = method.prepend(constant)->output();
  }

  /// Reads an attribute of the module, or of one below it.
  Value* attribute(Method& method, const std::string& path, bool is_module = true) {
    if (path == method.path) return method.self;
    auto& known = method.attributes[path];
    if (known) return known;
    auto* read = method.graph->create(prim::GetAttr, {attribute(method, parent_of(path))});
    read->s_(attr::name, name_of(path));
    if (is_module) read->output()->setType(c10::AnyType::get());
    return known = method.prepend(read)->output();
  }

  struct Interface {
    std::vector<Value*> inputs, outputs;
  };

  void call(Method& method, const Nodes& run) {
    const auto called = frames(run[0])[method.depth];
    const auto interface = interface_of(run, called);
    if (interface.outputs.empty()) return;
    Method callee{called.path, method.depth + 1};
    begin(callee);
    {
      WithInsertPoint inside(callee.graph->block());
      for (auto* input : interface.inputs) callee.values[input] = callee.graph->addInput()->setType(input->type());
      copy(callee, run);
      for (auto* output : interface.outputs) callee.graph->registerOutput(resolve(callee, output));
    }
    const auto name = method_name(callee);
    // A layer of torch.nn that computes something else the next time is no layer.
    if (name != "forward" && is_layer(called)) return copy_inside(method, run);
    std::vector<Value*> arguments = {attribute(method, called.path)};
    for (auto* input : interface.inputs) arguments.push_back(resolve(method, input));
    auto* node = method.graph->insertNode(method.graph->create(prim::CallMethod, arguments, 1));
    node->s_(attr::name, name);
    node->copyMetadata(run.back());
    if (interface.outputs.size() == 1) {
      node->output()->setType(interface.outputs[0]->type());
      method.values[interface.outputs[0]] = node->output();
      return;
    }
    std::vector<c10::TypePtr> types;
    types.reserve(interface.outputs.size());
    for (auto* output : interface.outputs) types.push_back(output->type());
    node->output()->setType(c10::TupleType::create(types));
    auto* unpack = method.graph->insertNode(method.graph->createTupleUnpack(node->output()));
    for (size_t i = 0; i < interface.outputs.size(); ++i) method.values[interface.outputs[i]] = unpack->outputs()[i];
  }

  static bool is_layer(const Frame& called) {
    return called.type.rfind("torch.nn.modules.", 0) == 0 && called.type.rfind("torch.nn.modules.container.", 0) != 0;
  }

  void copy_inside(Method& method, const Nodes& run) {
    for (auto* node : run) copy(method, node);
  }

  Interface interface_of(const Nodes& run, const Frame& called) const {
    Interface interface;
    const std::unordered_set<const Node*> inside(run.begin(), run.end());
    std::unordered_set<const Value*> made;
    for (auto* node : run) collect_inputs(*node, called.path, made, interface.inputs);
    for (auto* node : run)
      for (auto* output : node->outputs())
        if (is_recurrent(*node) || is_read_outside(*output, inside, node->owningBlock()))
          interface.outputs.push_back(output);
    if (interface.outputs.empty())
      // It may be called for what it does to its input.
      for (auto it = run.rbegin(); it != run.rend() && interface.outputs.empty(); ++it)
        if (!(*it)->outputs().empty()) interface.outputs = {(*it)->outputs()[0]};
    return interface;
  }

  /// Recurrent layers give all of their results, whoever reads them.
  static bool is_recurrent(const Node& node) {
    static const std::set<std::string> names = {"aten::lstm", "aten::gru", "aten::rnn_tanh", "aten::rnn_relu"};
    return names.count(node.kind().toQualString()) > 0;
  }

  void collect_inputs(Node& node, const std::string& path, std::unordered_set<const Value*>& made,
                      std::vector<Value*>& inputs) const {
    const auto read = [&](Value* value) {
      if (made.count(value) || value->node()->kind() == prim::Constant) return;
      const auto state = flat_.states.find(value);
      if (state != flat_.states.end() && tree_.reachable(*state->second, path)) return;
      made.insert(value);
      inputs.push_back(value);
    };
    for (auto* value : node.inputs()) read(value);
    for (auto* block : node.blocks()) {
      for (auto* inner : block->nodes()) collect_inputs(*inner, path, made, inputs);
      for (auto* value : block->outputs()) read(value);
    }
    for (auto* value : node.outputs()) made.insert(value);
  }

  static bool is_read_outside(const Value& value, const std::unordered_set<const Node*>& inside, const Block* block) {
    for (const auto& use : value.uses())
      if (!inside.count(at_level(use.user, block))) return true;
    return false;
  }

  /// The name of a method with this graph: one that the module has already, or the next.
  std::string method_name(const Method& method) {
    auto text = torch::jit::Canonicalize(method.graph, /*keep_unique_names=*/false)->toString(false);
    // Constant tensors are not told apart by their text.
    for (const auto* node : method.graph->nodes())
      if (node->kind() == prim::Constant && node->output()->type()->kind() == c10::TypeKind::TensorType)
        text += std::to_string(reinterpret_cast<uintptr_t>(node->t(attr::value).unsafeGetTensorImpl()));
    auto& known = texts_[method.path];
    const auto found = std::find(known.begin(), known.end(), text);
    const auto count = found - known.begin();
    if (found == known.end()) {
      known.push_back(std::move(text));
      programs_[method.path].methods.push_back(method.graph);
    }
    return count == 0 ? "forward" : "forward" + std::to_string(count);
  }

  FlatGraph& flat_;
  const ModuleTree& tree_;
  ModulePrograms programs_;
  /// The methods as text.
  std::map<std::string, std::vector<std::string>> texts_;
};

}  // namespace

ModulePrograms unflatten(FlatGraph& flat, const ModuleTree& tree) { return Unflattener(flat, tree).run(); }

}  // namespace jennit::exported
