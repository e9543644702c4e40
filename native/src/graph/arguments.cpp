#include <jennit/arguments.h>
#include <jennit/graph.h>

#include "call_arguments.h"
#include "graph_module.h"
#include "structured_call.h"

namespace jennit {

using c10::IValue;

std::vector<IValue> Arguments::last(int64_t count) {
  if (count < 0 || static_cast<size_t>(count) > values_.size()) throw std::invalid_argument("there are fewer values");
  const auto begin = values_.end() - count;
  std::vector<IValue> taken(begin, values_.end());
  values_.erase(begin, values_.end());
  return taken;
}

void Arguments::make_list(int64_t count) {
  c10::impl::GenericList list(c10::AnyType::get());
  for (auto& value : last(count)) list.push_back(std::move(value));
  values_.emplace_back(std::move(list));
}

void Arguments::make_dict(int64_t count) {
  const auto entries = last(2 * count);
  const bool by_number = !entries.empty() && entries[0].isInt();
  const c10::TypePtr keys = by_number ? c10::TypePtr(c10::IntType::get()) : c10::TypePtr(c10::StringType::get());
  c10::impl::GenericDict dict(keys, c10::AnyType::get());
  for (size_t i = 0; i < entries.size(); i += 2) dict.insert_or_assign(entries[i], entries[i + 1]);
  values_.emplace_back(std::move(dict));
}

void Arguments::name_last(const std::string& name) { named_[name] = last(1).front(); }

namespace graph {

namespace {

std::string text_of(const IValue& key) {
  return key.isString() ? key.toStringRef() : key.isInt() ? std::to_string(key.toInt()) : "?";
}

void collect(const IValue& value, const std::string& path, std::vector<NamedOutput>& outputs) {
  const auto below = [&](const std::string& name) { return path.empty() ? name : path + "." + name; };
  if (value.isTensor()) {
    outputs.emplace_back(path.empty() ? "output" : path, value.toTensor());
  } else if (value.isTuple()) {
    const auto& elements = value.toTupleRef().elements();
    const auto schema = value.type()->expectRef<c10::TupleType>().schema();
    for (size_t i = 0; i < elements.size(); ++i)
      collect(elements[i], below(schema ? schema->arguments()[i].name() : std::to_string(i)), outputs);
  } else if (value.isList()) {
    const auto elements = value.toListRef();
    for (size_t i = 0; i < elements.size(); ++i) collect(elements[i], below(std::to_string(i)), outputs);
  } else if (value.isGenericDict()) {
    for (const auto& entry : value.toGenericDict()) collect(entry.value(), below(text_of(entry.key())), outputs);
  }
}

}  // namespace

std::vector<NamedOutput> call(torch::nn::Module& module, const Arguments& arguments) {
  auto* executing = dynamic_cast<GraphModule*>(&module);
  const auto* program = executing ? executing->program("forward") : nullptr;
  if (!program)
    throw std::invalid_argument(callable(module).type_name() + " has no forward in the file: call its children");
  const auto given = arguments_from(program->parameters(), arguments, executing->type_name());
  std::vector<NamedOutput> outputs;
  collect(call_node(module, "forward", given), "", outputs);
  return outputs;
}

}  // namespace graph

}  // namespace jennit
