#include <jennit/exported.h>

namespace jennit {

using namespace exported;

ExportedDescription::ExportedDescription() { levels_.push_back({std::make_shared<Body>(), Where::inputs, {}}); }

void ExportedDescription::add_module(const std::string& path) { modules_.push_back(path); }

void ExportedDescription::add_parameter(const std::string& value, const std::string& path, const at::Tensor& tensor) {
  states_.push_back({value, path, tensor, true});
}

void ExportedDescription::add_buffer(const std::string& value, const std::string& path, const at::Tensor& tensor) {
  states_.push_back({value, path, tensor, false});
}

void ExportedDescription::add_constant(const std::string& value, const at::Tensor& tensor) {
  constants_[value] = tensor;
}

void ExportedDescription::add_input(const std::string& name) { inputs_.push_back({name, {}}); }

void ExportedDescription::add_dimension(const std::string& symbol, int64_t factor, int64_t offset, int64_t least,
                                        int64_t most) {
  if (factor == 0) throw std::invalid_argument("a dimension cannot be 0 times '" + symbol + "'");
  inputs_.at(inputs_.size() - 1).dimensions.push_back({symbol, factor, offset, least, most});
}

ExportedDescription::Level& ExportedDescription::graph_level() {
  auto& level = levels_.back();
  if (!level.body) throw std::logic_error("a list was begun and not ended");
  return level;
}

Operation& ExportedDescription::node() {
  auto& operations = graph_level().body->operations;
  return operations.at(operations.size() - 1);
}

void ExportedDescription::begin_node(const std::string& target, const std::string& modules) {
  auto& operations = graph_level().body->operations;
  operations.emplace_back();
  operations.back().target = target;
  operations.back().modules = modules;
}

void ExportedDescription::place(const std::string& file, int64_t line, const std::string& code) {
  node().place = {file, line, code};
}

void ExportedDescription::argument(const std::string& name, bool positional) {
  node().arguments.push_back({name, positional, {}});
  graph_level().where = Where::argument;
}

void ExportedDescription::results() { graph_level().where = Where::results; }

void ExportedDescription::outputs() { graph_level().where = Where::outputs; }

void ExportedDescription::add(Item item) {
  auto& level = levels_.back();
  switch (level.where) {
    case Where::list:
      level.items.push_back(std::move(item));
      break;
    case Where::inputs:
      level.body->inputs.push_back(std::move(item));
      break;
    case Where::outputs:
      level.body->results.push_back(std::move(item));
      break;
    case Where::results:
      node().results.push_back(std::move(item));
      break;
    case Where::argument:
      node().arguments.back().item = std::move(item);
      break;
  }
}

namespace {

Item constant(c10::IValue value) {
  Item item;
  item.constant = std::move(value);
  return item;
}

}  // namespace

void ExportedDescription::none() { add(constant({})); }
void ExportedDescription::integer(int64_t value) { add(constant(value)); }
void ExportedDescription::number(double value) { add(constant(value)); }
void ExportedDescription::flag(bool value) { add(constant(value)); }
void ExportedDescription::text(const std::string& value) { add(constant(value)); }
void ExportedDescription::device() { add(constant(at::Device(at::kCPU))); }

void ExportedDescription::value(const std::string& name, const std::string& type) {
  Item item;
  item.kind = Item::Kind::value;
  item.name = name;
  item.type = type;
  add(std::move(item));
}

void ExportedDescription::begin_list() { levels_.push_back({nullptr, Where::list, {}}); }

void ExportedDescription::end_list() {
  Item item;
  item.kind = Item::Kind::list;
  item.items = std::move(levels_.back().items);
  levels_.pop_back();
  add(std::move(item));
}

void ExportedDescription::begin_graph() { levels_.push_back({std::make_shared<Body>(), Where::inputs, {}}); }

void ExportedDescription::end_graph() {
  Item item;
  item.kind = Item::Kind::graph;
  item.body = std::move(levels_.back().body);
  levels_.pop_back();
  add(std::move(item));
}

}  // namespace jennit
