#include "call_arguments.h"

#include "values.h"

namespace jennit::graph {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;

namespace {

/// Builds an argument of a given type from the tensors that come next.
std::optional<IValue> next_argument(const TypePtr& type, const Tensors& inputs, size_t& next, bool last) {
  if (const auto optional = type->cast<c10::OptionalType>())
    return next_argument(optional->getElementType(), inputs, next, last);
  if (type->kind() == TypeKind::TensorType) {
    if (next == inputs.size()) return std::nullopt;
    return inputs[next++];
  }
  if (const auto tuple = type->cast<c10::TupleType>()) {
    std::vector<IValue> elements;
    for (const auto& element : tuple->elements()) {
      auto value = next_argument(element, inputs, next, false);
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

std::optional<IValue> converted(const TypePtr& type, const IValue& value);

std::optional<IValue> list_of_type(const c10::ListType& type, const IValue& value) {
  c10::impl::GenericList list(type.getElementType());
  for (const auto& element : value.toListRef()) {
    auto next = converted(type.getElementType(), element);
    if (!next) return std::nullopt;
    list.push_back(std::move(*next));
  }
  return list;
}

std::optional<IValue> tuple_of_type(const c10::TupleTypePtr& type, const IValue& value) {
  const auto given = value.toListRef();
  if (given.size() != type->elements().size()) return std::nullopt;
  std::vector<IValue> elements;
  for (size_t i = 0; i < given.size(); ++i) {
    auto next = converted(type->elements()[i], given[i]);
    if (!next) return std::nullopt;
    elements.push_back(std::move(*next));
  }
  return c10::ivalue::Tuple::createNamed(std::move(elements), type);
}

std::optional<IValue> dict_of_type(const c10::DictType& type, const IValue& value) {
  c10::impl::GenericDict dict(type.getKeyType(), type.getValueType());
  for (const auto& entry : value.toGenericDict()) {
    auto key = converted(type.getKeyType(), entry.key());
    auto next = converted(type.getValueType(), entry.value());
    if (!key || !next) return std::nullopt;
    dict.insert_or_assign(std::move(*key), std::move(*next));
  }
  return dict;
}

/// The value as one of the type; none where it cannot be one.
std::optional<IValue> converted(const TypePtr& type, const IValue& value) {
  if (const auto optional = type->cast<c10::OptionalType>()) {
    if (value.isNone()) return value;
    return converted(optional->getElementType(), value);
  }
  if (type->kind() == TypeKind::FloatType && value.isInt()) return IValue(static_cast<double>(value.toInt()));
  if (value.isList() && type->cast<c10::ListType>()) return list_of_type(*type->cast<c10::ListType>(), value);
  if (value.isList() && type->cast<c10::TupleType>()) return tuple_of_type(type->cast<c10::TupleType>(), value);
  if (value.isGenericDict() && type->cast<c10::DictType>()) return dict_of_type(*type->cast<c10::DictType>(), value);
  if (value.type()->isSubtypeOf(*type)) return value;
  return std::nullopt;
}

}  // namespace

std::vector<IValue> arguments_from(const std::vector<c10::Argument>& parameters, const Tensors& inputs,
                                   const std::string& type) {
  std::vector<IValue> given;
  size_t next = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    auto value = next_argument(parameters[i].type(), inputs, next, i + 1 == parameters.size());
    if (!value) value = parameters[i].default_value();
    if (!value)
      throw std::invalid_argument(type + " needs a value for '" + parameters[i].name() + "' (" +
                                  parameters[i].type()->repr_str() + "), but " + std::to_string(inputs.size()) +
                                  " tensors were given");
    given.push_back(std::move(*value));
  }
  if (next != inputs.size())
    throw std::invalid_argument(type + " takes " + std::to_string(next) + " tensors, but " +
                                std::to_string(inputs.size()) + " were given");
  return given;
}

std::vector<IValue> arguments_from(const std::vector<c10::Argument>& parameters, const Arguments& given,
                                   const std::string& type) {
  const auto& positional = given.positional();
  auto named = given.named();
  if (positional.size() > parameters.size())
    throw std::invalid_argument(type + " takes " + std::to_string(parameters.size()) + " arguments, but " +
                                std::to_string(positional.size()) + " were given");
  std::vector<IValue> arguments;
  for (size_t i = 0; i < parameters.size(); ++i) {
    const auto& parameter = parameters[i];
    const auto by_name = named.extract(parameter.name());
    if (i < positional.size() && !by_name.empty())
      throw std::invalid_argument(type + " was given its argument '" + parameter.name() + "' twice");
    if (i >= positional.size() && by_name.empty()) {
      const auto& standard = parameter.default_value();
      if (!standard)
        throw std::invalid_argument(type + " needs a value for its argument '" + parameter.name() + "' (" +
                                    parameter.type()->repr_str() + ")");
      arguments.push_back(*standard);
      continue;
    }
    const auto& value = i < positional.size() ? positional[i] : by_name.mapped();
    auto fitting = converted(parameter.type(), value);
    if (!fitting)
      throw std::invalid_argument(type + " takes a " + parameter.type()->repr_str() + " as '" + parameter.name() +
                                  "', but a " + value.type()->repr_str() + " was given");
    arguments.push_back(std::move(*fitting));
  }
  if (!named.empty()) throw std::invalid_argument(type + " has no argument '" + named.begin()->first + "'");
  return arguments;
}

}  // namespace jennit::graph
