#include "flat_graph.h"

#include <jennit/errors.h>

#include "arguments.h"
#include "operators.h"

namespace jennit::exported {

using c10::TypeKind;
using torch::jit::Block;
using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;
using torch::jit::WithInsertPoint;

namespace prim = c10::prim;

namespace {

std::string place_of(const Operation& operation) {
  std::string text = operation.target;
  const auto frames = frames_of(operation.modules);
  if (!frames.empty() && !frames.back().path.empty()) text += " in module '" + frames.back().path + "'";
  if (!operation.place.file.empty()) text += " at " + operation.place.file + ":" + std::to_string(operation.place.line);
  return text;
}

class Builder {
 public:
  explicit Builder(const ExportedDescription& description) : description_(description) {}

  FlatGraph build() {
    Names names;
    define_inputs(names);
    for (const auto& [value, tensor] : description_.constants())
      names.define(value, graph().insertConstant(tensor.detach()));
    for (auto* output : run(description_.body(), names)) graph().registerOutput(output);
    return std::move(flat_);
  }

 private:
  Graph& graph() { return *flat_.graph; }

  void define_inputs(Names& names) {
    for (const auto& item : description_.body().inputs) {
      auto* input = graph().addInput()->setType(type_named(item.type));
      flat_.inputs.push_back(input);
      names.define(item.name, input);
    }
    for (const auto& state : description_.states()) {
      auto* input = graph().addInput();
      flat_.states[input] = &state;
      names.define(state.value, input);
    }
  }

  /// Adds the operations of a body and answers its results.
  std::vector<Value*> run(const Body& body, Names& names) {
    for (const auto& operation : body.operations) {
      try {
        add(operation, names);
      } catch (const std::exception& e) {
        throw Error(message_of(e) + " (" + place_of(operation) + ")");
      }
    }
    std::vector<Value*> results;
    for (const auto& item : body.results) {
      if (item.kind == Item::Kind::value)
        results.push_back(names.find(item.name));
      else if (item.kind == Item::Kind::constant)
        results.push_back(graph().insertConstant(item.constant));
      else
        throw Error("it answers a list of its own: it is damaged");
    }
    return results;
  }

  void add(const Operation& operation, Names& names) {
    if (is_assertion(operation.target)) return;
    // Everything that is inserted from here on belongs to the operation.
    const auto before = last();
    const auto higher_order = higher_order_name(operation.target);
    if (higher_order.empty())
      add_operator(operation, names);
    else
      add_higher_order(higher_order, operation, names);
    note(before, operation);
  }

  Node* last() { return graph().insertPoint()->prev(); }

  void note(Node* before, const Operation& operation) {
    const auto frames = frames_of(operation.modules);
    std::optional<torch::jit::SourceRange> range;
    if (!operation.place.file.empty()) {
      const auto& [file, line, code] = operation.place;
      range.emplace(std::make_shared<torch::jit::Source>(code, file, line), 0, code.size());
    }
    for (auto* node = last(); node != before; node = node->prev()) {
      // Written out of a wrapper: it has its own.
      if (flat_.frames.count(node)) continue;
      flat_.frames[node] = frames;
      if (range) node->setSourceRange(*range);
    }
  }

  void add_operator(const Operation& operation, Names& names) {
    const auto& schema = schema_of(operation.target);
    const auto values = match_arguments(graph(), names, schema, operation.arguments);
    const auto& returns = schema.returns();
    auto* node = graph().insertNode(graph().create(c10::Symbol::fromQualString(schema.name()), values, returns.size()));
    for (size_t i = 0; i < returns.size(); ++i) node->outputs()[i]->setType(returns[i].type());
    const auto* found = node->maybeOperator();
    if (!found || found->schema().operator_name() != schema.operator_name())
      throw Error("LibTorch takes it for another operator than " + c10::toString(schema.operator_name()));
    refuse_changes(*node);
    define_results(operation.results, node->outputs(), names);
  }

  /// Dropout and its like, exported from a model in training mode.
  static bool draws(const Node& node) {
    if (const auto rate = node.schema().argumentIndexWithName("dropout_p"))
      return torch::jit::toIValue(node.input(*rate)) != c10::IValue(0.0);
    for (const auto* flag : {"train", "training"})
      if (const auto index = node.schema().argumentIndexWithName(flag))
        if (torch::jit::toIValue(node.input(*index)) == c10::IValue(true) && !is_drawless(node)) return true;
    return false;
  }

  /// Whether an operator draws nothing though it trains: normalizations, and recurrent layers without dropout.
  static bool is_drawless(const Node& node) {
    if (std::string(node.kind().toQualString()).find("norm") != std::string::npos) return true;
    for (const auto* name : {"p", "dropout"})
      if (const auto index = node.schema().argumentIndexWithName(name))
        return torch::jit::toIValue(node.input(*index)) == c10::IValue(0.0);
    return false;
  }

  /// A model that changes when it is called gives another explanation the next time.
  void refuse_changes(const Node& node) {
    if (draws(node))
      throw Error("it draws anew whenever it runs, as in training: in Python, call model.eval() and export it again");
    const auto& arguments = node.schema().arguments();
    const bool trains = std::string("aten::batch_norm") == node.kind().toQualString() &&
                        torch::jit::toIValue(node.namedInput("training")) == c10::IValue(true);
    for (size_t i = 0; i < arguments.size(); ++i) {
      const auto state = flat_.states.find(node.inputs()[i]);
      const bool writes = (arguments[i].alias_info() && arguments[i].alias_info()->isWrite()) ||
                          (trains && arguments[i].name().rfind("running_", 0) == 0);
      if (writes && state != flat_.states.end())
        throw Error(
            "it changes '" + state->second->path +
            "' whenever it runs: in Python, call model.eval() and export it again without what changes its state");
    }
  }

  void define_results(const std::vector<Item>& results, at::ArrayRef<Value*> values, Names& names) {
    if (results.size() != values.size())
      throw Error("it has " + std::to_string(results.size()) + " results in the file, but gives " +
                  std::to_string(values.size()));
    for (size_t i = 0; i < results.size(); ++i) define_result(results[i], values[i], names);
  }

  void define_result(const Item& result, Value* value, Names& names) {
    if (result.kind == Item::Kind::list) {
      const auto list = value->type()->cast<c10::ListType>();
      if (!list) throw Error("it has a list as its result in the file, but gives none");
      auto* unpack = graph().insertNode(graph().createListUnpack(value, result.items.size()));
      define_results(result.items, unpack->outputs(), names);
    } else if (result.kind == Item::Kind::value) {
      if (!value->type()->isSubtypeOf(*type_named(result.type)) && value->type()->kind() != TypeKind::NumberType)
        throw Error("its result '" + result.name + "' would be " + value->type()->repr_str());
      names.define(result.name, value);
    } else if (!result.constant.isNone()) {
      throw Error("a constant stands for one of its results: it is damaged");
    }
  }

  // Operators that take graphs.

  void add_higher_order(const std::string& name, const Operation& operation, Names& names) {
    if (name == "cond") return add_cond(operation, names);
    const auto& arguments = operation.arguments;
    const auto constant = [&](size_t i) {
      if (i >= arguments.size()) throw Error("it lacks arguments: it is damaged");
      return arguments[i].item.constant;
    };
    if (name == "wrap_with_set_grad_enabled") {
      auto results = write_out(operation, names);
      // Nothing is differentiated through what ran without gradients.
      if (!constant(0).isBool() || !constant(0).toBool())
        for (auto*& result : results) result = detached(result);
      return define_all(operation.results, results, names);
    }
    if (name == "wrap_with_autocast") {
      const bool runs_here = constant(0).isString() && constant(0).toStringRef() == "cpu";
      if (runs_here && constant(2).isBool() && constant(2).toBool())
        throw Error("it computes in lower precision by autocast: export the model without torch.autocast");
      return define_all(operation.results, write_out(operation, names), names);
    }
    if (name == "invoke_subgraph" || name == "wrap" || name == "wrap_activation_checkpoint" ||
        name == "tag_activation_checkpoint")
      return define_all(operation.results, write_out(operation, names), names);
    throw Error("it uses torch's higher-order operator '" + name +
                "', which cannot be imported: write this part of the model in other words");
  }

  Value* detached(Value* value) {
    if (value->type()->kind() != TypeKind::TensorType) return value;
    return graph().insertNode(graph().create(c10::aten::detach, {value}))->output();
  }

  /// Adds the operations of the one graph of an operator; what follows it in the arguments are its inputs.
  std::vector<Value*> write_out(const Operation& operation, const Names& names) {
    const Body* body = nullptr;
    std::vector<Item> operands;
    for (const auto& argument : operation.arguments) {
      if (argument.item.kind == Item::Kind::graph)
        body = argument.item.body.get();
      else if (body && argument.item.kind == Item::Kind::list)
        operands.insert(operands.end(), argument.item.items.begin(), argument.item.items.end());
      else if (body)
        operands.push_back(argument.item);
    }
    if (!body) throw Error("it has no graph: it is damaged");
    return write_out(*body, operands, names);
  }

  std::vector<Value*> write_out(const Body& body, const std::vector<Item>& operands, const Names& names) {
    if (operands.size() < body.inputs.size())
      throw Error("its graph takes " + std::to_string(body.inputs.size()) + " values, but " +
                  std::to_string(operands.size()) + " are given");
    Names inner;
    for (size_t i = 0; i < body.inputs.size(); ++i)
      inner.define(body.inputs[i].name, value_of_item(graph(), names, operands[i], type_named(body.inputs[i].type)));
    return run(body, inner);
  }

  static std::vector<Item> flattened(const std::vector<Item>& results) {
    std::vector<Item> flat;
    for (const auto& result : results) {
      if (result.kind == Item::Kind::list)
        flat.insert(flat.end(), result.items.begin(), result.items.end());
      else
        flat.push_back(result);
    }
    return flat;
  }

  void define_all(const std::vector<Item>& results, const std::vector<Value*>& values, Names& names) {
    define_results(flattened(results), values, names);
  }

  void add_cond(const Operation& operation, Names& names) {
    const auto& arguments = operation.arguments;
    if (arguments.size() < 3 || arguments[1].item.kind != Item::Kind::graph ||
        arguments[2].item.kind != Item::Kind::graph)
      throw Error("it lacks its two graphs: it is damaged");
    std::vector<Item> operands;
    for (size_t i = 3; i < arguments.size(); ++i) operands.push_back(arguments[i].item);
    operands = flattened(operands);
    auto* branch = graph().create(prim::If, {condition(arguments[0].item, names)}, 0);
    graph().insertNode(branch);
    for (const size_t graph_at : {1, 2}) {
      auto* block = branch->addBlock();
      WithInsertPoint inside(block);
      for (auto* result : write_out(*arguments[graph_at].item.body, operands, names)) block->registerOutput(result);
    }
    const auto then = branch->blocks()[0]->outputs(), otherwise = branch->blocks()[1]->outputs();
    if (then.size() != otherwise.size()) throw Error("its two graphs have different results: it is damaged");
    for (auto* output : then) branch->addOutput()->setType(output->type());
    define_results(flattened(operation.results), branch->outputs(), names);
  }

  Value* condition(const Item& item, const Names& names) {
    if (item.kind == Item::Kind::value && item.type == "Tensor") {
      auto* node = graph().insertNode(graph().create(c10::aten::Bool, {names.find(item.name)}));
      return node->output()->setType(c10::BoolType::get());
    }
    return value_of_item(graph(), names, item, c10::BoolType::get());
  }

  const ExportedDescription& description_;
  FlatGraph flat_;
};

}  // namespace

FlatGraph flat_graph(const ExportedDescription& description) { return Builder(description).build(); }

}  // namespace jennit::exported
