#include <jennit/attention.h>
#include <jennit/binding.h>
#include <jennit/errors.h>
#include <jennit/hooks.h>
#include <jennit/tree.h>
#include <jennit/unrolled.h>

#include "pass.h"

namespace jennit::binding {

ModulePtr make_layer(const std::string& type, const Options& options) {
  return guarded([&] { return jennit::make_layer(type, options); });
}

ModulePtr make_java_module(const std::string& type, const CallbackPtr& callback) {
  return guarded([&]() -> ModulePtr { return std::make_shared<JavaModule>(type, callback); });
}

ModulePtr unroll(const ModulePtr& recurrent) {
  return guarded([&] { return jennit::unroll(*recurrent); });
}

ModulePtr explicit_attention(const ModulePtr& attention) {
  return guarded([&] { return jennit::explicit_attention(*attention); });
}

int64_t node_id(const ModulePtr& module) {
  return guarded([&] { return callable(*module).id(); });
}

std::string type_name(const ModulePtr& module) {
  return guarded([&] { return callable(*module).type_name(); });
}

std::string extra_repr(const ModulePtr& module) {
  return guarded([&] { return callable(*module).extra_repr(); });
}

Names child_names(const ModulePtr& module) {
  return guarded([&] {
    Names names;
    for (const auto& child : callable(*module).seen_children()) names.push_back(child.first);
    return names;
  });
}

ModulePtr child(const ModulePtr& module, const std::string& name) {
  return guarded([&] { return callable(*module).seen_child(name); });
}

double eps(const ModulePtr& module) {
  return guarded([&] { return callable(*module).eps().value(); });
}

int64_t hook_count(const ModulePtr& module) {
  return guarded([&] { return static_cast<int64_t>(callable(*module).hook_count()); });
}

void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  guarded([&] { jennit::register_module(parent, name, child); });
}

void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  guarded([&] { jennit::replace_module(parent, name, child); });
}

void unregister_module(const ModulePtr& parent, const std::string& name) {
  guarded([&] { jennit::unregister_module(parent, name); });
}

namespace {

Forward forward_of(const CallbackPtr& callback) {
  return [callback](const Tensors& inputs) { return callback->call(inputs); };
}

}  // namespace

int64_t add_forward_pre_hook(const ModulePtr& module, const CallbackPtr& callback) {
  return guarded([&] { return callable(*module).add_hook(forward_pre_hook(callback)); });
}

int64_t add_forward_hook(const ModulePtr& module, const CallbackPtr& callback) {
  return guarded([&] { return callable(*module).add_hook(forward_hook(callback)); });
}

int64_t add_full_backward_hook(const ModulePtr& module, const CallbackPtr& callback) {
  return guarded([&] { return callable(*module).add_hook(full_backward_hook(callback)); });
}

int64_t add_forward(const ModulePtr& module, const CallbackPtr& callback) {
  return guarded([&] { return callable(*module).add_forward(forward_of(callback), callback); });
}

int64_t add_identity(const ModulePtr& module) {
  return guarded([&] { return callable(*module).add_forward([](const Tensors& inputs) { return inputs; }); });
}

int64_t add_merged_identity(const ModulePtr& module) {
  return guarded([&] {
    // Not a pointer that owns: the node holds the forward.
    const auto& node = *module;
    return callable(*module).add_forward([&node](const Tensors& inputs) {
      if (node.is_training())
        throw std::invalid_argument(
            "it was merged into the layer before it as it is in evaluation, but is in training mode now: call eval(), "
            "or take the composite off the model");
      return inputs;
    });
  });
}

int64_t add_parameter(const ModulePtr& module, const std::string& name, const Tensor& value,
                      const TensorVector& sources) {
  return guarded([&] {
    auto& node = callable(*module);
    if (!node.has_parameter(name)) throw std::invalid_argument(node.type_name() + " has no parameter '" + name + "'");
    return node.add_parameter(name, value, sources);
  });
}

void remove(const ModulePtr& module, int64_t id) {
  guarded([&] { callable(*module).remove(id); });
}

void override_forward(const ModulePtr& module, const CallbackPtr& callback) {
  guarded([&] { callable(*module).override_forward(forward_of(callback), callback); });
}

void restore_forward(const ModulePtr& module) {
  guarded([&] { callable(*module).override_forward({}); });
}

bool is_overridden(const ModulePtr& module) {
  return guarded([&] { return callable(*module).is_overridden(); });
}

Tensor parameter(const ModulePtr& module, const std::string& name) {
  return guarded([&] { return callable(*module).parameter(name); });
}

Tensor call_one(const ModulePtr& module, const Tensor& input) {
  const Pass pass;
  return guarded([&] {
    auto outputs = callable(*module).call({input});
    if (outputs.size() != 1)
      throw std::invalid_argument(callable(*module).type_name() + " answered " + std::to_string(outputs.size()) +
                                  " tensors where one was expected: call it with a list");
    return outputs[0];
  });
}

TensorVector call(const ModulePtr& module, const TensorVector& inputs) {
  const Pass pass;
  return guarded([&] { return callable(*module).call(inputs); });
}

TensorVector forward_without_hooks(const ModulePtr& module, const TensorVector& inputs) {
  const Pass pass;
  return guarded([&] { return callable(*module).forward_without_hooks(inputs); });
}

TensorVector forward_with(const ModulePtr& module, const TensorVector& inputs, const Names& names,
                          const TensorVector& parameters) {
  const Pass pass;
  return guarded([&] {
    NamedTensors replaced;
    for (size_t i = 0; i < names.size(); ++i) replaced[names[i]] = parameters.at(i);
    auto& node = callable(*module);
    return replaced.empty() ? node.forward_without_hooks(inputs) : node.forward_with(inputs, replaced);
  });
}

}  // namespace jennit::binding
