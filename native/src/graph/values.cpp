#include "values.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Node;
using torch::jit::Stack;

IValue list_of(const Node& node, Stack elements) {
  const auto type = node.output()->type()->expect<c10::ListType>()->getElementType();
  c10::impl::GenericList list(type);
  for (auto& element : elements) list.push_back(std::move(element));
  return list;
}

IValue dict_of(const Node& node, const Stack& entries) {
  const auto type = node.output()->type()->expect<c10::DictType>();
  c10::impl::GenericDict dict(type->getKeyType(), type->getValueType());
  for (size_t i = 0; i + 1 < entries.size(); i += 2) dict.insert_or_assign(entries[i], entries[i + 1]);
  return dict;
}

IValue tuple_of(const Node& node, Stack elements) {
  return c10::ivalue::Tuple::createNamed(std::move(elements), node.output()->type()->expect<c10::TupleType>());
}

Stack elements_of(const IValue& value) {
  if (value.isTuple()) return Stack(value.toTupleRef().elements());
  return value.toListRef().vec();
}

bool is_instance(const Node& node, const IValue& value) {
  const auto type = value.type();
  for (const auto& candidate : node.tys(c10::attr::types))
    if (type->isSubtypeOf(*candidate)) return true;
  return false;
}

void flatten(const IValue& value, Tensors& tensors) {
  if (value.isTensor()) {
    tensors.push_back(value.toTensor());
  } else if (value.isTuple()) {
    for (const auto& element : value.toTupleRef().elements()) flatten(element, tensors);
  } else if (value.isList()) {
    for (const auto& element : value.toListRef()) flatten(element, tensors);
  } else if (value.isGenericDict()) {
    for (const auto& entry : value.toGenericDict()) flatten(entry.value(), tensors);
  }
}

IValue refill(const IValue& value, Tensors::const_iterator& next) {
  if (value.isTensor()) return *next++;
  if (value.isTuple()) {
    std::vector<IValue> elements;
    for (const auto& element : value.toTupleRef().elements()) elements.push_back(refill(element, next));
    return c10::ivalue::Tuple::createNamed(std::move(elements), value.type()->expect<c10::TupleType>());
  }
  if (value.isList()) {
    const auto list = value.toList();
    c10::impl::GenericList filled(list.elementType());
    for (const auto& element : value.toListRef()) filled.push_back(refill(element, next));
    return filled;
  }
  if (value.isGenericDict()) {
    const auto dict = value.toGenericDict();
    c10::impl::GenericDict filled(dict.keyType(), dict.valueType());
    for (const auto& entry : dict) filled.insert(entry.key(), refill(entry.value(), next));
    return filled;
  }
  return value;
}

bool replace_tensors(IValue& value, const Successor& successor) {
  if (value.isTensor()) {
    auto next = successor(value.toTensor());
    if (next) value = std::move(*next);
    return next.has_value();
  }
  bool any = false;
  if (value.isTuple()) {
    std::vector<IValue> elements(value.toTupleRef().elements());
    for (auto& element : elements) any |= replace_tensors(element, successor);
    if (any) value = c10::ivalue::Tuple::createNamed(std::move(elements), value.type()->expect<c10::TupleType>());
  } else if (value.isList()) {
    auto list = value.toList();
    for (size_t i = 0; i < list.size(); ++i) {
      IValue element = list.get(i);
      if (!replace_tensors(element, successor)) continue;
      list.set(i, std::move(element));
      any = true;
    }
  } else if (value.isGenericDict()) {
    for (auto& entry : value.toGenericDict()) {
      IValue element = entry.value();
      if (!replace_tensors(element, successor)) continue;
      entry.setValue(std::move(element));
      any = true;
    }
  }
  return any;
}

}  // namespace jennit::graph
