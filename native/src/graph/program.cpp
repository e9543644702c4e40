#include "program.h"

#include <jennit/errors.h>
#include <jennit/overwriting.h>
#include <jennit/rule_node.h>

#include "frame.h"
#include "graph_module.h"
#include "layer_plan.h"
#include "log.h"
#include "structured_call.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Stack;
using torch::jit::Value;

namespace prim = c10::prim;
namespace attr = c10::attr;

namespace {

/// What execute() does by itself; LibTorch has no operators for these, or keeps them to its interpreter.
bool is_built_in(const Node& node) {
  static const std::set<c10::Symbol> kinds = {
      prim::Constant,       prim::GetAttr,       prim::SetAttr,       prim::CallMethod,           prim::If,
      prim::Loop,           prim::ListConstruct, prim::ListUnpack,    prim::TupleConstruct,       prim::TupleUnpack,
      prim::TupleSlice,     prim::TupleIndex,    prim::DictConstruct, prim::Uninitialized,        prim::RaiseException,
      prim::unchecked_cast, prim::isinstance,    prim::CreateObject,  prim::ModuleContainerIndex, prim::Enter,
      prim::Exit,           c10::aten::warn};
  return kinds.count(node.kind()) > 0;
}

/// A child of a ModuleList or ModuleDict, by an index that the graph computes.
IValue child_at(torch::nn::Module& container, const IValue& key) {
  if (key.isString()) return attribute_of(container, key.toStringRef());
  const auto children = container.children();
  const auto count = static_cast<int64_t>(children.size());
  const auto index = key.toInt() < 0 ? key.toInt() + count : key.toInt();
  if (index < 0 || index >= count) throw std::invalid_argument("the index of a module is out of range");
  return value_of(children[index]);
}

IValue call_method(const Node& node, Stack arguments) {
  const auto& name = node.s(attr::name);
  const auto target = node_of(arguments[0]);
  arguments.erase(arguments.begin());
  if (is_forward(name)) return call_node(*target, name, std::move(arguments), node.output()->type());
  auto* executing = dynamic_cast<GraphModule*>(target.get());
  const auto* program = executing ? executing->program(name) : nullptr;
  if (!program)
    throw std::invalid_argument(callable(*target).type_name() + " has no method '" + name + "' that can be called");
  return program->run(*executing, std::move(arguments), {});
}

}  // namespace

bool is_forward(const std::string& method) {
  if (method.rfind("forward", 0) != 0) return false;
  // Overloads are told apart by "__0", "__1"...
  const size_t digits = method.rfind("__", 7) == 7 ? 9 : 7;
  return method.find_first_not_of("0123456789", digits) == std::string::npos;
}

std::string place_of(const Node& node) {
  std::string place = node.kind().toQualString();
  if (const auto where = node.sourceRange().file_line_col()) {
    const auto& [file, line, column] = *where;
    place += " at " + file + ":" + std::to_string(line) + ":" + std::to_string(column);
  }
  return place;
}

Program::Program(std::shared_ptr<torch::jit::Graph> graph, std::vector<c10::Argument> parameters)
    : graph_(std::move(graph)), parameters_(std::move(parameters)) {
  prepare(*graph_->block());
}

void Program::edit(const std::function<void(torch::jit::Graph&)>& change) {
  change(*graph_);
  operators_.clear();
  last_uses_.clear();
  prepare(*graph_->block());
}

void Program::prepare(const Block& block) {
  for (const auto* input : block.inputs()) note_last_use(input);
  for (const auto* node : block.nodes()) {
    for (const auto* inner : node->blocks()) prepare(*inner);
    for (const auto* output : node->outputs()) note_last_use(output);
    if (node->kind() == prim::Constant && !torch::jit::toIValue(node->output()))
      throw Error("cannot take over the constant of type " + node->output()->type()->repr_str() + " in " +
                  place_of(*node) + ": save the model without it");
    if (is_built_in(*node)) continue;
    if (!node->maybeOperator())
      throw Error("cannot execute " + place_of(*node) +
                  ": only LibTorch's own interpreter can; save the model without it");
    operators_[node] = [operation = node->getOperation()](Stack& stack) mutable { operation(stack); };
  }
}

std::map<std::string, std::string> Program::places() const {
  std::map<std::string, std::string> places;
  note_places(*graph_->block(), places);
  return places;
}

void Program::note_places(const Block& block, std::map<std::string, std::string>& places) const {
  for (const auto* node : block.nodes()) {
    for (const auto* inner : node->blocks()) note_places(*inner, places);
    const auto where = node->sourceRange().file_line_col();
    if (!where) continue;
    const auto named = named_.find(node);
    const bool calls = node->kind() == prim::CallMethod && node->input(0)->node()->kind() == prim::GetAttr &&
                       node->input(0)->node()->input() == graph_->inputs()[0];
    if (named == named_.end() && !calls) continue;
    const auto child = calls ? node->input(0)->node()->s(attr::name) : named->second.child;
    places.emplace(child, std::get<0>(*where) + ":" + std::to_string(std::get<1>(*where)));
  }
}

void Program::note_last_use(const Value* value) {
  const auto* block = value->node()->owningBlock();
  const Node* last = value->node();
  for (const auto& use : value->uses()) {
    const Node* user = use.user;
    while (user->owningBlock() != block) user = user->owningBlock()->owningNode();
    if (last->kind() == prim::Param || user->kind() == prim::Return || last->isBefore(user)) last = user;
    if (user->kind() == prim::Return) break;
  }
  if (last->kind() != prim::Param && last->kind() != prim::Return) last_uses_[last].push_back(value);
}

IValue Program::run(GraphModule& self, std::vector<IValue> arguments, const NamedTensors& replaced) const {
  const auto inputs = graph_->inputs();
  if (arguments.size() + 1 != inputs.size())
    throw std::invalid_argument("the graph takes " + std::to_string(inputs.size() - 1) + " values, but " +
                                std::to_string(arguments.size()) + " were given");
  Frame frame(self, replaced);
  frame.values[inputs[0]] = value_of(self.shared_from_this());
  for (size_t i = 0; i < arguments.size(); ++i) frame.values[inputs[i + 1]] = std::move(arguments[i]);
  run_block(frame, *graph_->block());
  const auto outputs = graph_->outputs();
  if (outputs.size() == 1) return frame.get(outputs[0]);
  return c10::ivalue::Tuple::create(frame.all(outputs));
}

void Program::run_block(Frame& frame, const Block& block) const {
  for (const auto* node : block.nodes()) {
    execute(frame, *node);
    const auto dead = last_uses_.find(node);
    if (dead == last_uses_.end()) continue;
    for (const auto* value : dead->second) frame.values.erase(value);
  }
}

void Program::execute(Frame& frame, const Node& node) const {
  const auto named = named_.find(&node);
  if (named != named_.end()) return execute_named(frame, node, named->second);
  const auto inputs = [&] { return frame.all(node.inputs()); };
  const auto input = [&](size_t i) -> const IValue& { return frame.get(node.inputs()[i]); };
  const auto set = [&](IValue value) { frame.values[node.output()] = std::move(value); };
  const auto unpack = [&](const Stack& elements) {
    if (elements.size() != node.outputs().size())
      throw Error("cannot unpack " + std::to_string(elements.size()) + " values in " + place_of(node));
    for (size_t i = 0; i < elements.size(); ++i) frame.values[node.outputs()[i]] = elements[i];
  };

  switch (node.kind()) {
    case prim::Constant: {
      auto constant = torch::jit::toIValue(node.output());
      if (!constant) throw Error("there is no value for the constant in " + place_of(node));
      return set(std::move(*constant));
    }
    case prim::GetAttr: {
      const auto& name = node.s(attr::name);
      if (!is_node(input(0))) return set(input(0).toObjectRef().getAttr(name));
      const auto owner = node_of(input(0));
      const auto replaced = frame.replaced.find(name);
      if (owner.get() == &frame.self && replaced != frame.replaced.end()) return set(replaced->second);
      return set(attribute_of(*owner, name));
    }
    case prim::SetAttr: {
      const auto& name = node.s(attr::name);
      if (!is_node(input(0))) return input(0).toObject()->setAttr(name, input(1));
      const auto owner = node_of(input(0));
      auto* executing = dynamic_cast<GraphModule*>(owner.get());
      if (!executing) throw Error("a layer's attribute '" + name + "' cannot be set by " + place_of(node));
      return executing->set_attribute(name, input(1));
    }
    case prim::CallMethod:
      return set(call_method(node, inputs()));
    case prim::ModuleContainerIndex:
      return set(child_at(*node_of(input(0)), input(1)));
    case prim::If: {
      const auto* block = node.blocks()[input(0).toBool() ? 0 : 1];
      run_block(frame, *block);
      return unpack(frame.all(block->outputs()));
    }
    case prim::Loop:
      return loop(frame, node);
    case prim::ListConstruct:
      return set(list_of(node, inputs()));
    case prim::DictConstruct:
      return set(dict_of(node, inputs()));
    case prim::TupleConstruct:
      return set(tuple_of(node, inputs()));
    case prim::ListUnpack:
    case prim::TupleUnpack:
      return unpack(elements_of(input(0)));
    case prim::TupleIndex: {
      const auto elements = elements_of(input(0));
      const auto index = input(1).toInt();
      return set(elements.at(index < 0 ? index + elements.size() : index));
    }
    case prim::TupleSlice: {
      const auto elements = elements_of(input(0));
      const auto begin = elements.begin();
      return set(tuple_of(node, Stack(begin + node.i(attr::beg), begin + node.i(attr::end))));
    }
    case prim::Uninitialized:
      return set(IValue::uninitialized());
    case prim::unchecked_cast:
      return set(input(0));
    case prim::isinstance:
      return set(is_instance(node, input(0)));
    case prim::CreateObject: {
      const auto type = node.output()->type()->expect<c10::ClassType>();
      return set(
          c10::ivalue::Object::create(c10::StrongTypePtr(type->compilation_unit(), type), type->numAttributes()));
    }
    case prim::Enter:
      return set(frame.contexts.enter(input(0)));
    case prim::Exit:
      return set(frame.contexts.exit(input(0)));
    case c10::aten::warn:
      return warn(node, input(0).toStringRef());
    case prim::RaiseException:
      throw Error("the model raises '" + input(0).toStringRef() + "' (" + place_of(node) + ")");
    default:
      return execute_operator(frame, node);
  }
}

void Program::warn(const Node& node, const std::string& message) const {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!warned_.insert(&node).second) return;
  }
  log_warning(message + " (" + place_of(node) + ")");
}

void Program::loop(Frame& frame, const Node& node) const {
  const auto* body = node.blocks()[0];
  const auto trips = frame.get(node.inputs()[0]).toInt();
  auto goes_on = frame.get(node.inputs()[1]).toBool();
  auto carried = frame.all(node.inputs().slice(2));
  for (int64_t trip = 0; trip < trips && goes_on; ++trip) {
    frame.values[body->inputs()[0]] = trip;
    for (size_t i = 0; i < carried.size(); ++i) frame.values[body->inputs()[i + 1]] = carried[i];
    run_block(frame, *body);
    goes_on = frame.get(body->outputs()[0]).toBool();
    carried = frame.all(body->outputs().slice(1));
  }
  for (size_t i = 0; i < carried.size(); ++i) frame.values[node.outputs()[i]] = carried[i];
}

void Program::execute_operator(Frame& frame, const Node& node) const {
  auto stack = frame.all(node.inputs());
  if (is_in_place(node) && stack[0].isTensor() && is_rule_output(stack[0].toTensor())) {
    overwritable(stack[0].toTensor());
    stack = frame.all(node.inputs());
  }
  const auto* schema = node.maybeSchema();
  if (schema && schema->is_vararg()) stack.emplace_back(static_cast<int64_t>(node.inputs().size()));
  try {
    operators_.at (&node)(stack);
  } catch (const std::exception& e) {
    throw Error(message_of(e) + " (" + place_of(node) + ")");
  }
  const auto outputs = node.outputs();
  for (size_t i = 0; i < outputs.size(); ++i)
    frame.values[outputs[i]] = std::move(stack[stack.size() - outputs.size() + i]);
}

}  // namespace jennit::graph
