#include "layer.h"

#include <charconv>
#include <cmath>

namespace jennit {

Repr& Repr::value(const std::string& text) {
  if (!text_.empty()) text_ += ", ";
  text_ += pending_ + text;
  pending_.clear();
  return *this;
}

Repr& Repr::value(double number) {
  // As Python's repr: the shortest digits that read back, with an exponent outside of [1e-4, 1e16).
  const auto size = std::abs(number);
  const bool fixed = size == 0 || (size >= 1e-4 && size < 1e16);
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, number,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  std::string text(digits, end);
  if (fixed && text.find('.') == std::string::npos) text += ".0";
  return value(text);
}

Repr& Repr::value(const std::vector<int64_t>& tuple) {
  std::string text = "(";
  for (size_t i = 0; i < tuple.size(); ++i) text += (i ? ", " : "") + std::to_string(tuple[i]);
  return value(text + (tuple.size() == 1 ? ",)" : ")"));
}

FunctionLayer::FunctionLayer(std::string type, std::string repr, Function function, Function in_place)
    : TorchLayer(std::move(type), std::move(repr)), function_(std::move(function)), in_place_(std::move(in_place)) {}

Tensors FunctionLayer::forward_list(const Tensors& inputs) {
  const auto& input = only(inputs);
  const auto& function = in_place_ && may_overwrite(input) ? in_place_ : function_;
  return {function(input, is_training())};
}

namespace {

std::map<std::string, LayerFactory>& registry() {
  static std::map<std::string, LayerFactory> factories;
  return factories;
}

}  // namespace

void register_layer(const std::string& type, LayerFactory factory) { registry()[type] = std::move(factory); }

bool is_layer(const Callable& callable, const std::string& type) {
  const auto* layer = dynamic_cast<const TorchLayer*>(&callable);
  return layer && layer->type_name() == type;
}

bool is_layer(const Callable& callable) { return dynamic_cast<const TorchLayer*>(&callable) != nullptr; }

std::vector<std::string> layer_types() {
  std::vector<std::string> types;
  for (const auto& entry : registry()) types.push_back(entry.first);
  return types;
}

ModulePtr make_layer(const std::string& type, const Options& options) {
  auto found = registry().find(type);
  if (found == registry().end()) throw std::invalid_argument("there is no layer type '" + type + "'");
  try {
    auto layer = found->second(type, options);
    options.refuse_unread(type);
    return layer;
  } catch (const std::invalid_argument& e) {
    const std::string message = e.what();
    throw std::invalid_argument(message.rfind(type, 0) == 0 ? message : type + ": " + message);
  }
}

}  // namespace jennit
