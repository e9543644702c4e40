#include "contexts.h"

#include <ATen/autocast_mode.h>
#include <ATen/core/class_type.h>
#include <ATen/core/function.h>
#include <c10/core/GradMode.h>

namespace jennit::graph {

using c10::IValue;

namespace {

bool is_autocast(const c10::ivalue::Object& manager) {
  const auto name = manager.type()->name();
  return name && name->name() == "autocast" && name->qualifiedName().rfind("__torch__.torch.", 0) == 0;
}

/// Switches autocast as the manager says; answers what switches it back. In TorchScript its own methods do nothing.
std::function<void()> autocast(c10::ivalue::Object& manager) {
  namespace mode = at::autocast;
  const auto device = c10::Device(manager.getAttr("device").toStringRef()).type();
  const auto enabled = mode::is_autocast_enabled(device);
  const auto dtype = mode::get_autocast_dtype(device);
  mode::set_autocast_enabled(device, manager.getAttr("_enabled").toBool());
  if (const auto fast = manager.getAttr("fast_dtype"); !fast.isNone())
    mode::set_autocast_dtype(device, fast.toScalarType());
  mode::increment_nesting();
  return [=] {
    if (mode::decrement_nesting() == 0) mode::clear_cache();
    mode::set_autocast_enabled(device, enabled);
    mode::set_autocast_dtype(device, dtype);
  };
}

IValue call(const IValue& manager, const std::string& method, std::vector<IValue> arguments) {
  arguments.insert(arguments.begin(), manager);
  return manager.toObject()->type()->getMethod(method)(std::move(arguments));
}

}  // namespace

Contexts::Contexts() : records_(c10::GradMode::is_enabled()) {}

Contexts::~Contexts() {
  while (!autocasts_.empty()) {
    autocasts_.back()();
    autocasts_.pop_back();
  }
  c10::GradMode::set_enabled(records_);
}

IValue Contexts::enter(const IValue& manager) {
  if (!is_autocast(manager.toObjectRef())) return call(manager, "__enter__", {});
  autocasts_.push_back(autocast(*manager.toObject()));
  return manager;
}

IValue Contexts::exit(const IValue& manager) {
  if (!is_autocast(manager.toObjectRef())) return call(manager, "__exit__", {IValue(), IValue(), IValue()});
  autocasts_.back()();
  autocasts_.pop_back();
  return IValue();
}

}  // namespace jennit::graph
