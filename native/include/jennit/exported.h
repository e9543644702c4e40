#pragma once

#include <jennit/callable.h>

namespace jennit {

namespace exported {

struct Body;

/// What a node takes or gives: a constant, a value of the graph, a list of these, or a graph.
struct Item {
  enum class Kind { constant, value, list, graph };
  Kind kind = Kind::constant;
  /// None, an integer, a number, a truth value, a text or a device.
  c10::IValue constant;
  std::string name;
  /// Of a value: "Tensor", "int", "float" or "bool".
  std::string type;
  std::vector<Item> items;
  std::shared_ptr<Body> body;
};

struct Argument {
  std::string name;
  bool positional = true;
  Item item;
};

/// The user's own line of Python that a node comes from; no file where none is known.
struct Place {
  std::string file;
  int64_t line = 0;
  std::string code;
};

struct Operation {
  /// "torch.ops.aten.conv2d.default".
  std::string target;
  /// The file's `nn_module_stack`: "key,path,class" of each module that was being called, joined by ";".
  std::string modules;
  Place place;
  std::vector<Argument> arguments;
  std::vector<Item> results;
};

struct Body {
  std::vector<Item> inputs;
  std::vector<Operation> operations;
  std::vector<Item> results;
};

/// A parameter or buffer, by the value that the graph reads it as and by its path in the tree.
struct State {
  std::string value, path;
  Tensor tensor;
  bool is_parameter = true;
};

/// How long one dimension of an input may be: `factor` times the value of its symbol, plus `offset`. A symbol has one
/// value in all inputs, from `least` to `most`; "" stands for one that no other dimension shares.
struct Dimension {
  std::string symbol;
  int64_t factor = 1, offset = 0;
  int64_t least = 0, most = 0;
};

/// An input of the program under its name for the user, such as "x" or "extra.scale".
struct Input {
  std::string name;
  std::vector<Dimension> dimensions;
};

}  // namespace exported

/// An exported program as its file tells it, taken down entry by entry in the order of the file. What is checked when a
/// tree is made of it: names, operators, their arguments. Not thread-safe.
class ExportedDescription {
 public:
  ExportedDescription();

  /// The path of a module that the tree has, whether it is called or not, in the order of the tree.
  void add_module(const std::string& path);
  void add_parameter(const std::string& value, const std::string& path, const at::Tensor& tensor);
  void add_buffer(const std::string& value, const std::string& path, const at::Tensor& tensor);
  void add_constant(const std::string& value, const at::Tensor& tensor);
  /// An input of the program; its dimensions follow.
  void add_input(const std::string& name);
  void add_dimension(const std::string& symbol, int64_t factor, int64_t offset, int64_t least, int64_t most);

  // The graph: the items of its inputs, the nodes, the items of its outputs.
  void begin_node(const std::string& target, const std::string& modules);
  void place(const std::string& file, int64_t line, const std::string& code);
  /// The item of the node's argument follows.
  void argument(const std::string& name, bool positional);
  /// The items of the node's results follow.
  void results();
  /// The items of the graph's outputs follow.
  void outputs();

  // Items.
  void none();
  void integer(int64_t value);
  void number(double value);
  void flag(bool value);
  void text(const std::string& value);
  void device();
  void value(const std::string& name, const std::string& type);
  void begin_list();
  void end_list();
  /// A graph within the node; its inputs follow.
  void begin_graph();
  void end_graph();

  const std::vector<std::string>& modules() const { return modules_; }
  const std::vector<exported::State>& states() const { return states_; }
  const std::map<std::string, Tensor>& constants() const { return constants_; }
  const std::vector<exported::Input>& inputs() const { return inputs_; }
  const exported::Body& body() const { return *levels_.front().body; }

 private:
  enum class Where { inputs, argument, results, outputs, list };
  /// A graph or a list in the making.
  struct Level {
    std::shared_ptr<exported::Body> body;
    Where where;
    std::vector<exported::Item> items;
  };
  void add(exported::Item item);
  Level& graph_level();
  exported::Operation& node();

  std::vector<std::string> modules_;
  std::vector<exported::State> states_;
  std::map<std::string, Tensor> constants_;
  std::vector<exported::Input> inputs_;
  std::vector<Level> levels_;
};

/// Makes the tree of a program, on the CPU, in evaluation mode. With `name_functional_ops` the functional operations of
/// its modules become children too, such as `relu_1`.
/// Throws Error naming the node, and its place in the source of the user, that cannot be imported.
ModulePtr import_exported(const ExportedDescription& description, bool name_functional_ops);

namespace binding {

ModulePtr import_exported(const ExportedDescription& description, bool name_functional_ops);

}  // namespace binding

}  // namespace jennit
