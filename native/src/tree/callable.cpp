#include <jennit/callable.h>
#include <jennit/errors.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include <atomic>

namespace jennit {

namespace {

// The module that failed first in the call that runs on this thread, and how deep that call is.
thread_local const torch::nn::Module* failed_module = nullptr;
thread_local int depth = 0;

struct Depth {
  Depth() { ++depth; }
  ~Depth() { --depth; }
};

std::atomic<int64_t> next_id{1};

}  // namespace

Tensors Callable::call(const Tensors& inputs) {
  Depth here;
  if (depth == 1) failed_module = nullptr;
  try {
    auto entries = this->entries();
    auto outputs = entries ? call_with_hooks(inputs, *entries) : forward_without_hooks(inputs);
    // Whoever called may have gone on after an earlier failure.
    failed_module = nullptr;
    return outputs;
  } catch (const std::exception& e) {
    if (!failed_module) failed_module = &module();
    if (depth > 1) throw;
    const auto path = path_of(module(), *failed_module);
    const auto* failed = dynamic_cast<const Callable*>(failed_module);
    const auto type = failed ? failed->type_name() : type_name();
    throw Error("in " + (path.empty() ? "the root" : "module '" + path + "'") + " (" + type + "): " + message_of(e));
  }
}

Tensors Callable::call_with_hooks(const Tensors& inputs, const Entries& entries) {
  using About = Hook::About;
  Tensors values = inputs;
  std::map<About, std::vector<std::unique_ptr<AfterCall>>> ends;
  const auto start = [&](const Entry& entry, About about) {
    if (entry.hook->about() != about) return;
    if (auto end = entry.hook->before(*this, values)) ends[about].push_back(std::move(end));
  };
  for (const auto& entry : entries) start(entry, About::values);
  // The backward runs from the module outwards: the hook that was registered first stands innermost.
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) start(*entry, About::gradients);
  for (const auto& entry : entries) start(entry, About::relevance);
  values = forward_without_hooks(values);
  for (const auto about : {About::relevance, About::values, About::gradients})
    for (auto& end : ends[about]) end->after(values);
  return values;
}

Tensors Callable::forward_without_hooks(const Tensors& inputs) {
  auto forward = std::atomic_load(&override_);
  return forward ? (*forward)(inputs) : forward_list(inputs);
}

Tensors Callable::forward_with(const Tensors& inputs, const NamedTensors& parameters) {
  if (!parameters.empty())
    throw std::invalid_argument(type_name() + " has no parameter '" + parameters.begin()->first +
                                "' that could be replaced for one call");
  return forward_without_hooks(inputs);
}

std::shared_ptr<const Callable::Entries> Callable::entries() const { return std::atomic_load(&entries_); }

int64_t Callable::add_hook(std::shared_ptr<Hook> hook) {
  auto current = entries();
  auto next = current ? std::make_shared<Entries>(*current) : std::make_shared<Entries>();
  const auto id = next_id++;
  next->push_back({id, std::move(hook)});
  std::atomic_store(&entries_, std::shared_ptr<const Entries>(std::move(next)));
  return id;
}

void Callable::remove_hook(int64_t id) {
  auto current = entries();
  if (!current) return;
  auto next = std::make_shared<Entries>();
  for (const auto& entry : *current)
    if (entry.id != id) next->push_back(entry);
  std::shared_ptr<const Entries> rest;
  if (!next->empty()) rest = std::move(next);
  std::atomic_store(&entries_, std::move(rest));
}

size_t Callable::hook_count() const {
  auto current = entries();
  return current ? current->size() : 0;
}

void Callable::override_forward(Forward forward) {
  std::shared_ptr<const Forward> next;
  if (forward) next = std::make_shared<const Forward>(std::move(forward));
  std::atomic_store(&override_, std::move(next));
}

bool Callable::is_overridden() const { return std::atomic_load(&override_) != nullptr; }

bool Callable::may_overwrite(const Tensor& input) const {
  if (is_rule_output(input)) return false;
  if (auto current = entries())
    for (const auto& entry : *current)
      if (entry.hook->keeps_output()) return false;
  return true;
}

const Tensor& Callable::only(const Tensors& inputs) const {
  if (inputs.size() != 1)
    throw std::invalid_argument(type_name() + " takes one tensor, " + std::to_string(inputs.size()) + " were given");
  return inputs[0];
}

Callable& callable(torch::nn::Module& module) {
  if (auto* node = dynamic_cast<Callable*>(&module)) return *node;
  throw std::invalid_argument("the module '" + module.name() + "' is not a node of Jennit's tree");
}

}  // namespace jennit
