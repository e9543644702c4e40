#include "arguments.h"

#include <ATen/ScalarOps.h>
#include <jennit/errors.h>

namespace jennit::exported {

using c10::IValue;
using c10::TypeKind;
using c10::TypePtr;
using torch::jit::Graph;
using torch::jit::Value;

void Names::define(const std::string& name, Value* value) {
  if (!values_.emplace(name, value).second) throw Error("two nodes make the value '" + name + "': it is damaged");
}

Value* Names::find(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw Error("it reads the value '" + name + "', which nothing before it makes");
  return found->second;
}

TypePtr type_named(const std::string& name) {
  if (name == "int") return c10::IntType::get();
  if (name == "float") return c10::FloatType::get();
  if (name == "bool") return c10::BoolType::get();
  return c10::TensorType::get();
}

namespace {

/// What an optional type holds; the type itself where it is none.
TypePtr held(const TypePtr& type) {
  const auto optional = type->cast<c10::OptionalType>();
  return optional ? optional->getElementType() : type;
}

bool is_number(const IValue& value) { return value.isInt() || value.isDouble() || value.isBool(); }

/// A number as the tensor that PyTorch makes of it: it gives way to the dtypes of other tensors.
IValue wrapped(const IValue& number) {
  auto tensor = number.isBool() ? c10::scalar_to_tensor(number.toBool()) : c10::scalar_to_tensor(number.toScalar());
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

std::string description(const Item& item) {
  switch (item.kind) {
    case Item::Kind::value:
      return item.type == "Tensor" ? "a tensor" : "a value of type " + item.type;
    case Item::Kind::list:
      return "a list";
    case Item::Kind::graph:
      return "a graph";
    default:
      return item.constant.isString() ? "a text" : "a constant of type " + item.constant.tagKind();
  }
}

[[noreturn]] void refuse(const Item& item, const TypePtr& type) {
  throw Error("it is given " + description(item) + " where " + type->repr_str() + " is needed");
}

/// None where the constant does not become one of that type.
std::optional<IValue> converted(const IValue& constant, const TypePtr& type) {
  if (constant.isNone()) return type->kind() == TypeKind::OptionalType ? std::optional<IValue>(constant) : std::nullopt;
  switch (held(type)->kind()) {
    case TypeKind::TensorType:
      return is_number(constant) ? std::optional<IValue>(wrapped(constant)) : std::nullopt;
    case TypeKind::IntType:
      return constant.isInt() ? std::optional<IValue>(constant) : std::nullopt;
    case TypeKind::FloatType:
      if (constant.isInt()) return IValue(static_cast<double>(constant.toInt()));
      return constant.isDouble() ? std::optional<IValue>(constant) : std::nullopt;
    case TypeKind::NumberType:
      if (constant.isBool()) return IValue(static_cast<int64_t>(constant.toBool()));
      return is_number(constant) ? std::optional<IValue>(constant) : std::nullopt;
    case TypeKind::BoolType:
      return constant.isBool() ? std::optional<IValue>(constant) : std::nullopt;
    case TypeKind::StringType:
      return constant.isString() ? std::optional<IValue>(constant) : std::nullopt;
    case TypeKind::DeviceObjType:
      return constant.isDevice() ? std::optional<IValue>(constant) : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// A list of constants as one constant; none where it holds something else.
std::optional<IValue> constant_list(const std::vector<Item>& items, const TypePtr& element) {
  const auto kind = element->kind();
  if (kind != TypeKind::IntType && kind != TypeKind::FloatType && kind != TypeKind::BoolType &&
      kind != TypeKind::StringType)
    return std::nullopt;
  c10::impl::GenericList list(element);
  for (const auto& item : items) {
    if (item.kind != Item::Kind::constant) return std::nullopt;
    auto value = converted(item.constant, element);
    if (!value) refuse(item, element);
    list.push_back(std::move(*value));
  }
  return IValue(list);
}

Value* list_value(Graph& graph, const Names& names, const std::vector<Item>& items, const TypePtr& element) {
  if (auto constant = constant_list(items, element)) return graph.insertConstant(*constant);
  std::vector<Value*> elements;
  elements.reserve(items.size());
  for (const auto& item : items) elements.push_back(value_of_item(graph, names, item, element));
  return graph.insertNode(graph.createList(element, elements))->output();
}

Value* known_value(Graph& graph, const Names& names, const Item& item, const TypePtr& type) {
  auto* value = names.find(item.name);
  if (value->type()->isSubtypeOf(*type)) return value;
  const bool is_symbolic = value->type()->kind() != TypeKind::TensorType && value->type()->kind() != TypeKind::ListType;
  if (is_symbolic && held(type)->kind() == TypeKind::TensorType)
    return graph.insertNode(graph.create(c10::prim::NumToTensor, {value}))->output();
  if (value->type()->kind() == TypeKind::IntType && held(type)->kind() == TypeKind::FloatType) {
    auto* number = graph.insertNode(graph.create(c10::aten::Float, {value}));
    return number->output()->setType(c10::FloatType::get());
  }
  refuse(item, type);
}

}  // namespace

Value* value_of_item(Graph& graph, const Names& names, const Item& item, const TypePtr& type) {
  const auto list = held(type)->cast<c10::ListType>();
  switch (item.kind) {
    case Item::Kind::value:
      if (list && type_named(item.type)->isSubtypeOf(*list->getElementType()))
        return list_value(graph, names, {item}, list->getElementType());
      return known_value(graph, names, item, type);
    case Item::Kind::list:
      if (!list) refuse(item, type);
      return list_value(graph, names, item.items, list->getElementType());
    case Item::Kind::constant:
      if (list && !item.constant.isNone()) return list_value(graph, names, {item}, list->getElementType());
      if (auto constant = converted(item.constant, type)) return graph.insertConstant(*constant);
      refuse(item, type);
    default:
      refuse(item, type);
  }
}

namespace {

/// Which of the node's arguments stands for each of the schema's; null: its default.
std::vector<const Argument*> matched(const c10::FunctionSchema& schema, const std::vector<Argument>& arguments) {
  std::vector<const Argument*> given(schema.arguments().size());
  size_t position = 0;
  for (const auto& argument : arguments) {
    size_t at = position;
    if (argument.positional)
      ++position;
    else
      at = schema.argumentIndexWithName(argument.name).value_or(-1);
    if (at >= given.size())
      throw Error(argument.positional
                      ? schema.name() + " takes " + std::to_string(given.size()) + " arguments, but more are given"
                      : schema.name() + " has no argument '" + argument.name + "'");
    if (given[at]) throw Error(schema.name() + " is given its argument '" + schema.arguments()[at].name() + "' twice");
    given[at] = &argument;
  }
  return given;
}

/// What an argument of the schema is given, or its default.
Value* value_of_argument(Graph& graph, const Names& names, const c10::FunctionSchema& schema,
                         const c10::Argument& formal, const Argument* given) {
  if (!given) {
    const auto& standard = formal.default_value();
    if (!standard) throw Error(schema.name() + " is not given its argument '" + formal.name() + "'");
    return graph.insertConstant(*standard);
  }
  try {
    return value_of_item(graph, names, given->item, formal.type());
  } catch (const Error& e) {
    throw Error("argument '" + formal.name() + "' of " + schema.name() + ": " + e.what());
  }
}

}  // namespace

std::vector<Value*> match_arguments(Graph& graph, const Names& names, const c10::FunctionSchema& schema,
                                    const std::vector<Argument>& arguments) {
  const auto given = matched(schema, arguments);
  std::vector<Value*> values;
  values.reserve(given.size());
  for (size_t i = 0; i < given.size(); ++i)
    values.push_back(value_of_argument(graph, names, schema, schema.arguments()[i], given[i]));
  return values;
}

}  // namespace jennit::exported
