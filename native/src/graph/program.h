#pragma once

#include <jennit/tensors.h>
#include <torch/script.h>

#include <functional>
#include <mutex>
#include <set>
#include <unordered_map>

#include "operands.h"

namespace jennit::graph {

class GraphModule;

/// A node of a graph that a child module does instead.
struct NamedOperation {
  std::string child;
  /// The values that the child is called with: tensors, lists of them, and numbers, which become tensors.
  std::vector<const torch::jit::Value*> inputs;
  Operands operands = Operands::given;
  /// Parameters of the child that the graph computes for each call.
  std::vector<std::pair<std::string, const torch::jit::Value*>> parameters;
};

/// A graph made ready to be executed from any number of threads.
///
/// The first input of the graph is the module that executes it. Operations are those of LibTorch, by schema, and
/// branches, loops, lists, tuples and dictionaries those of TorchScript. prim::GetAttr reads a tensor, a child or
/// another attribute of a module; prim::CallMethod calls a child's forward. Calls of functions are written out before.
class Program {
 public:
  /// `parameters` are the arguments behind the module itself: their names, types and defaults.
  /// Throws Error naming the first node that cannot be executed.
  Program(std::shared_ptr<torch::jit::Graph> graph, std::vector<c10::Argument> parameters);

  const torch::jit::Graph& graph() const { return *graph_; }
  const std::vector<c10::Argument>& parameters() const { return parameters_; }
  /// Changes the graph. Before anything is named in it, and before the first call.
  void edit(const std::function<void(torch::jit::Graph&)>& change);

  /// Notes what one caller gives as argument `index` of the graph: none where that is not known. `is_attribute`: it is
  /// an attribute of a module, and not computed.
  void note_argument(size_t index, std::optional<c10::IValue> value, bool is_attribute);
  /// What all callers give as an input of the graph; of tensors that differ, only the shape is right.
  std::optional<c10::IValue> known_argument(const torch::jit::Value* input) const;
  /// Whether all callers give the same attribute.
  bool is_handed_down(const torch::jit::Value* input) const;

  const NamedOperation* named(const torch::jit::Node* node) const;
  void name(const torch::jit::Node* node, NamedOperation operation) { named_[node] = std::move(operation); }

  /// Where in the user's source each child is first called, "model.py:12", by its name; of those that are told.
  std::map<std::string, std::string> places() const;

  /// Executes the graph. `arguments` do not hold the module itself; `replaced` stands for parameters of that name.
  c10::IValue run(GraphModule& self, std::vector<c10::IValue> arguments, const NamedTensors& replaced) const;

 private:
  struct Frame;
  void prepare(const torch::jit::Block& block);
  void note_places(const torch::jit::Block& block, std::map<std::string, std::string>& places) const;
  void note_last_use(const torch::jit::Value* value);
  void run_block(Frame& frame, const torch::jit::Block& block) const;
  void execute(Frame& frame, const torch::jit::Node& node) const;
  void execute_operator(Frame& frame, const torch::jit::Node& node) const;
  void execute_named(Frame& frame, const torch::jit::Node& node, const NamedOperation& operation) const;
  void loop(Frame& frame, const torch::jit::Node& node) const;
  /// Logs the message, once for each node.
  void warn(const torch::jit::Node& node, const std::string& message) const;

  std::shared_ptr<torch::jit::Graph> graph_;
  std::vector<c10::Argument> parameters_;
  std::unordered_map<const torch::jit::Node*, std::function<void(torch::jit::Stack&)>> operators_;
  std::unordered_map<const torch::jit::Node*, NamedOperation> named_;
  struct Argument {
    std::optional<c10::IValue> value;
    bool is_attribute;
  };
  /// By their places among the inputs of the graph.
  std::map<size_t, Argument> known_arguments_;
  /// Values that nobody reads after a node.
  std::unordered_map<const torch::jit::Node*, std::vector<const torch::jit::Value*>> last_uses_;
  mutable std::mutex mutex_;
  mutable std::set<const torch::jit::Node*> warned_;
};

/// True for "forward", "forward1", "forward__0"...: the names under which a graph calls a module.
bool is_forward(const std::string& method);

/// "aten::conv2d at model.py:12:8".
std::string place_of(const torch::jit::Node& node);

}  // namespace jennit::graph
