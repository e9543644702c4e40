#include "script_module.h"

#include <jennit/script.h>

#include "registered_tensors.h"
#include "structured_call.h"

namespace jennit {

bool is_script_module(const torch::nn::Module& module) {
  return dynamic_cast<const script::ScriptModule*>(&module) != nullptr;
}

namespace script {

using c10::IValue;

ScriptModule::ScriptModule(std::string type, torch::jit::Module source)
    : type_(std::move(type)), source_(std::move(source)) {
  for (const auto& parameter : source_.named_parameters(false))
    effective_[parameter.name] = register_parameter(parameter.name, parameter.value, parameter.value.requires_grad());
  for (const auto& buffer : source_.named_buffers(false))
    effective_[buffer.name] = register_buffer(buffer.name, buffer.value);
}

Tensor* ScriptModule::own_parameter(const std::string& name) {
  const auto found = effective_.find(name);
  return found == effective_.end() ? nullptr : &found->second;
}

Tensors ScriptModule::forward_with(const Tensors& inputs, const NamedTensors& parameters) {
  for (const auto& entry : parameters)
    if (!effective_.count(entry.first)) throw std::invalid_argument(type_ + " has no parameter '" + entry.first + "'");
  return run(inputs, parameters);
}

Tensors ScriptModule::forward_list(const Tensors& inputs) { return run(inputs, {}); }

Tensors ScriptModule::run(const Tensors& inputs, const NamedTensors& replaced) {
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
    given = arguments(inputs);
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

namespace {

/// Builds an argument of a given type from the tensors that come next.
std::optional<IValue> argument_from(const c10::TypePtr& type, const Tensors& inputs, size_t& next, bool last) {
  if (const auto optional = type->cast<c10::OptionalType>())
    return argument_from(optional->getElementType(), inputs, next, last);
  if (type->kind() == c10::TypeKind::TensorType) {
    if (next == inputs.size()) return std::nullopt;
    return inputs[next++];
  }
  if (const auto tuple = type->cast<c10::TupleType>()) {
    std::vector<IValue> elements;
    for (const auto& element : tuple->elements()) {
      auto value = argument_from(element, inputs, next, false);
      if (!value) return std::nullopt;
      elements.push_back(std::move(*value));
    }
    return c10::ivalue::Tuple::createNamed(std::move(elements), tuple);
  }
  if (last && type->isSubtypeOf(*c10::ListType::ofTensors())) {
    c10::List<Tensor> rest;
    while (next < inputs.size()) rest.push_back(inputs[next++]);
    return rest;
  }
  return std::nullopt;
}

}  // namespace

std::vector<IValue> ScriptModule::arguments(const Tensors& inputs) const {
  const auto& schema = source_.get_method("forward").function().getSchema();
  const auto& parameters = schema.arguments();
  std::vector<IValue> given;
  size_t next = 0;
  for (size_t i = 1; i < parameters.size(); ++i) {
    auto value = argument_from(parameters[i].type(), inputs, next, i + 1 == parameters.size());
    if (!value) value = parameters[i].default_value();
    if (!value)
      throw std::invalid_argument(type_ + " needs a value for '" + parameters[i].name() + "' (" +
                                  parameters[i].type()->repr_str() + "), but " + std::to_string(inputs.size()) +
                                  " tensors were given");
    given.push_back(std::move(*value));
  }
  if (next != inputs.size())
    throw std::invalid_argument(type_ + " takes " + std::to_string(next) + " tensors, but " +
                                std::to_string(inputs.size()) + " were given");
  return given;
}

void ScriptModule::set_program(const std::string& method, std::unique_ptr<Program> program) {
  programs_[method] = std::move(program);
}

const Program* ScriptModule::program(const std::string& method) const {
  const auto found = programs_.find(method);
  return found == programs_.end() ? nullptr : found->second.get();
}

IValue ScriptModule::attribute(const std::string& name) {
  const auto own = effective_.find(name);
  if (own != effective_.end()) {
    const auto tensor = parameter(name);
    return tensor.defined() ? IValue(tensor) : IValue();
  }
  if (name == "training") return is_training();
  if (!source_.hasattr(name)) throw std::invalid_argument(type_ + " has no attribute '" + name + "'");
  auto value = source_.attr(name);
  if (value.isModule())
    throw std::invalid_argument(type_ + " has no child '" + name + "' any more, but its graph calls it");
  return value;
}

void ScriptModule::set_attribute(const std::string& name, const IValue& value) {
  const auto own = effective_.find(name);
  if (own == effective_.end()) return source_.setattr(name, value);
  own->second = value.isTensor() ? value.toTensor() : Tensor();
  if (!own->second.defined()) return;
  for (auto* registered : {&parameters_of(*this), &buffers_of(*this)})
    if (auto* tensor = registered->find(name)) *tensor = own->second;
}

IValue attribute_of(torch::nn::Module& node, const std::string& name) {
  auto& layer = callable(node);
  if (auto child = layer.seen_child(name)) return value_of(std::move(child));
  if (auto* scripted = dynamic_cast<ScriptModule*>(&node)) return scripted->attribute(name);
  if (name == "training") return node.is_training();
  if (layer.own_parameter(name)) {
    const auto tensor = layer.parameter(name);
    return tensor.defined() ? IValue(tensor) : IValue();
  }
  const auto buffers = node.named_buffers(false);
  if (const auto* buffer = buffers.find(name)) return *buffer;
  throw std::invalid_argument(layer.type_name() + " has no attribute '" + name + "'");
}

}  // namespace script

}  // namespace jennit
