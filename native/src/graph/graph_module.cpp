#include "graph_module.h"

#include <jennit/graph.h>

#include "call_arguments.h"
#include "registered_tensors.h"
#include "structured_call.h"

namespace jennit {

bool is_graph_module(const torch::nn::Module& module) {
  return dynamic_cast<const graph::GraphModule*>(&module) != nullptr;
}

std::map<std::string, std::string> child_places(const torch::nn::Module& module) {
  const auto* executing = dynamic_cast<const graph::GraphModule*>(&module);
  return executing ? executing->places() : std::map<std::string, std::string>();
}

namespace graph {

using c10::IValue;

GraphModule::GraphModule(std::string type, const std::vector<RegisteredTensor>& tensors,
                         std::map<std::string, IValue> attributes)
    : type_(std::move(type)), attributes_(std::move(attributes)) {
  for (const auto& [name, value, is_parameter] : tensors)
    effective_[name] =
        is_parameter ? register_parameter(name, value, value.requires_grad()) : register_buffer(name, value);
}

Tensor* GraphModule::own_parameter(const std::string& name) {
  const auto found = effective_.find(name);
  return found == effective_.end() ? nullptr : &found->second;
}

Tensors GraphModule::forward_with(const Tensors& inputs, const NamedTensors& parameters) {
  for (const auto& entry : parameters)
    if (!effective_.count(entry.first)) throw std::invalid_argument(type_ + " has no parameter '" + entry.first + "'");
  return run(inputs, parameters);
}

Tensors GraphModule::forward_list(const Tensors& inputs) { return run(inputs, {}); }

Tensors GraphModule::run(const Tensors& inputs, const NamedTensors& replaced) {
  if (check_) check_(inputs);
  auto* call = take_call(*this);
  const auto* method = program(call ? call->method : "forward");
  if (!method) throw std::invalid_argument(type_ + " has no forward in the file: call its children");
  std::vector<IValue> given;
  if (call) {
    // Hooks may have put other tensors in.
    Tensors before;
    for (const auto& argument : call->arguments) flatten(argument, before);
    if (before.size() != inputs.size())
      throw std::invalid_argument("a hook left " + std::to_string(inputs.size()) + " tensors where the graph gave " +
                                  std::to_string(before.size()));
    auto next = inputs.begin();
    for (const auto& argument : call->arguments) {
      Tensors own;
      flatten(argument, own);
      const bool same = std::equal(own.begin(), own.end(), next,
                                   [](const Tensor& left, const Tensor& right) { return left.is_same(right); });
      if (same) next += static_cast<std::ptrdiff_t>(own.size());
      given.push_back(same ? argument : refill(argument, next));
    }
  } else {
    given = arguments_from(method->parameters(), inputs, type_);
  }
  auto result = method->run(*this, std::move(given), replaced);
  Tensors outputs;
  flatten(result, outputs);
  if (call)
    call->result = std::move(result);
  else if (outputs.empty())
    throw std::invalid_argument(type_ + " answers a value without tensors, of type " + result.type()->repr_str());
  return outputs;
}

void GraphModule::set_program(const std::string& method, std::unique_ptr<Program> program) {
  programs_[method] = std::move(program);
}

const Program* GraphModule::program(const std::string& method) const {
  const auto found = programs_.find(method);
  return found == programs_.end() ? nullptr : found->second.get();
}

std::map<std::string, std::string> GraphModule::places() const {
  std::map<std::string, std::string> places;
  for (const auto& [method, program] : programs_) places.merge(program->places());
  return places;
}

Program* GraphModule::program(const std::string& method) {
  return const_cast<Program*>(std::as_const(*this).program(method));
}

std::vector<std::string> GraphModule::methods() const {
  std::vector<std::string> names;
  names.reserve(programs_.size());
  for (const auto& entry : programs_) names.push_back(entry.first);
  return names;
}

IValue GraphModule::attribute(const std::string& name) {
  const auto own = effective_.find(name);
  if (own != effective_.end()) {
    const auto tensor = parameter(name);
    return tensor.defined() ? IValue(tensor) : IValue();
  }
  if (name == "training") return is_training();
  const auto other = attributes_.find(name);
  if (other != attributes_.end()) return other->second;
  throw std::invalid_argument(type_ + " has no child '" + name + "' any more, but its graph calls it");
}

bool GraphModule::has_attribute(const std::string& name) const {
  return name == "training" || effective_.count(name) > 0 || attributes_.count(name) > 0;
}

void GraphModule::set_attribute(const std::string& name, const IValue& value) {
  const auto own = effective_.find(name);
  if (own == effective_.end()) {
    attributes_[name] = value;
    return;
  }
  own->second = value.isTensor() ? value.toTensor() : Tensor();
  if (!own->second.defined()) return;
  for (auto* registered : {&parameters_of(*this), &buffers_of(*this)})
    if (auto* tensor = registered->find(name)) *tensor = own->second;
}

IValue attribute_of(torch::nn::Module& node, const std::string& name) {
  auto& layer = callable(node);
  if (auto child = layer.seen_child(name)) return value_of(std::move(child));
  if (auto* executing = dynamic_cast<GraphModule*>(&node)) return executing->attribute(name);
  if (name == "training") return node.is_training();
  if (layer.own_parameter(name)) {
    const auto tensor = layer.parameter(name);
    return tensor.defined() ? IValue(tensor) : IValue();
  }
  const auto buffers = node.named_buffers(false);
  if (const auto* buffer = buffers.find(name)) return *buffer;
  throw std::invalid_argument(layer.type_name() + " has no attribute '" + name + "'");
}

}  // namespace graph

}  // namespace jennit
