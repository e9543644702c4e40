#include "containers.h"

#include <jennit/layers.h>

namespace jennit {

Tensors Container::forward_list(const Tensors& inputs) {
  if (type_ != "Sequential") throw std::invalid_argument(type_ + " has no forward: call its children one by one");
  Tensors values = inputs;
  for (const auto& child : seen_modules()) values = callable(*child).call(values);
  return values;
}

namespace {

ModulePtr make_container(const std::string& type, const Options&) { return std::make_shared<Container>(type); }

const bool registered = [] {
  for (const auto* type : {"Sequential", "ModuleList", "ModuleDict"}) register_layer(type, make_container);
  return true;
}();

}  // namespace

}  // namespace jennit
