#include <jennit/call_state.h>
#include <jennit/callable.h>
#include <jennit/errors.h>
#include <jennit/overwriting.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include <sstream>

#include "call_log.h"
#include "running_call.h"
#include "seen_changes.h"

namespace jennit {

namespace {

/// Of nodes, and of what is put on them.
int64_t next_id() {
  static std::atomic<int64_t> next{1};
  return next++;
}

using ChildDict = torch::OrderedDict<std::string, ModulePtr>;

// A torch module answers copies of its children alone, with all their names. They are private: an explicit
// instantiation is the one place where C++ lets a private member be named.
template <ChildDict torch::nn::Module::* member>
struct Named {
  friend const ChildDict& own_children(const torch::nn::Module& module) { return module.*member; }
};
const ChildDict& own_children(const torch::nn::Module& module);
template struct Named<&torch::nn::Module::children_>;

const ChildDict& own_children_of(const Callable& node) { return own_children(const_cast<Callable&>(node).module()); }

// A view may claim more elements than any memory holds: an operation would take hours over them.
constexpr int64_t most_elements = int64_t{1} << 40;

void check_size(const Tensor& input) {
  if (!input.defined() || input.numel() <= most_elements) return;
  std::ostringstream shape;
  shape << input.sizes();
  throw std::invalid_argument("an input of shape " + shape.str() + " has " + std::to_string(input.numel()) +
                              " elements, more than any memory holds");
}

std::string type_of(const Callable& root, const torch::nn::Module* failed) {
  const auto* node = dynamic_cast<const Callable*>(failed);
  return (node ? node : &root)->type_name();
}

}  // namespace

Callable::Callable() : id_(next_id()) {}

Tensors Callable::call(const Tensors& inputs) {
  bool outermost = false;
  try {
    const RunningCall running(*this);
    outermost = running.is_outermost();
    const CallLog::Span span(*this);
    const SeenChanges changes(*this);
    for (const auto& input : inputs) check_size(input);
    if (changes.any_hooks()) return call_with_hooks(inputs, changes);
    auto outputs = run_forward(inputs, changes);
    if (works_in_place() && !changes.forward()) outputs[0] = succeed(inputs[0], outputs[0]);
    return outputs;
  } catch (const std::exception& e) {
    const auto* known = dynamic_cast<const Error*>(&e);
    const auto origin = known && known->origin() ? known->origin() : id_;
    const auto thrown = known ? known->thrown() : nullptr;
    if (!outermost) throw Error(message_of(e), thrown, origin);
    const auto [path, failed] = find_by_id(module(), origin);
    throw Error("in " + (path.empty() ? "the root" : "module '" + path + "'") + " (" + type_of(*this, failed) +
                    "): " + message_of(e),
                thrown, 0);
  }
}

Tensors Callable::call_with_hooks(const Tensors& inputs, const SeenChanges& changes) {
  using About = Hook::About;
  Tensors values = inputs;
  std::vector<std::pair<About, std::unique_ptr<AfterCall>>> ends;
  const auto start = [&](About about) {
    return [&, about](Hook& hook) {
      if (hook.about() != about) return;
      if (auto end = hook.before(*this, values)) ends.emplace_back(about, std::move(end));
    };
  };
  changes.each_hook(start(About::graph));
  changes.each_hook(start(About::values));
  // The backward runs from the module outwards: the hook that was registered first stands innermost.
  changes.each_hook_backwards(start(About::gradients));
  changes.each_hook(start(About::relevance));
  const auto given = works_in_place() && !changes.forward() && !values.empty() ? values[0] : Tensor();
  {
    std::optional<at::NoGradGuard> unrecorded;
    if (ends.size() == 1 && !ends[0].second->needs_record()) unrecorded.emplace();
    values = run_forward(values, changes);
  }
  for (const auto next : {About::relevance, About::values, About::gradients, About::graph})
    for (const auto& [about, end] : ends)
      if (about == next) end->after(values);
  // What the layer could not overwrite, since somebody needs it.
  if (given.defined()) values[0] = succeed(given, values[0]);
  return values;
}

Tensors Callable::run_forward(const Tensors& inputs, const SeenChanges& changes) {
  const auto* forward = changes.forward();
  return forward ? (*forward)(inputs) : forward_list(inputs);
}

Tensors Callable::forward_without_hooks(const Tensors& inputs) { return run_forward(inputs, SeenChanges(*this)); }

Tensors Callable::forward_with(const Tensors& inputs, const NamedTensors& parameters) {
  if (!parameters.empty())
    throw std::invalid_argument(type_name() + " has no parameter '" + parameters.begin()->first +
                                "' that could be replaced for one call");
  return forward_without_hooks(inputs);
}

void Callable::change(const std::function<void(Changes&)>& change) {
  if (auto* overlay = CallState::target()) return change(overlay->changes(id_));
  std::lock_guard<std::mutex> lock(mutex_);
  const auto current = std::atomic_load(&changes_);
  auto next = current ? std::make_shared<Changes>(*current) : std::make_shared<Changes>();
  change(*next);
  std::shared_ptr<const Changes> left;
  if (!next->empty()) left = std::move(next);
  has_changes_ = left != nullptr;
  std::atomic_store(&changes_, std::move(left));
}

int64_t Callable::add_hook(std::shared_ptr<Hook> hook) {
  const auto id = next_id();
  change([&](Changes& changes) { changes.hooks.push_back({id, std::move(hook)}); });
  return id;
}

int64_t Callable::add_forward(Forward forward, CallbackPtr callback) {
  const auto id = next_id();
  change([&](Changes& changes) { changes.forwards.push_back({id, std::move(forward), std::move(callback)}); });
  return id;
}

int64_t Callable::add_parameter(const std::string& name, Tensor value, const Tensors& sources) {
  const auto id = next_id();
  std::vector<Seen> seen(sources.begin(), sources.end());
  auto mark = std::make_shared<const live::Mark>(live::Kind::tensor, 1 + static_cast<int64_t>(sources.size()));
  change([&](Changes& changes) {
    changes.parameters.push_back({id, name, std::move(value), std::move(seen), std::move(mark)});
  });
  return id;
}

void Callable::remove(int64_t id) {
  change([&](Changes& changes) { changes.remove(id); });
}

void Callable::override_forward(Forward forward, CallbackPtr callback) {
  change([&](Changes& changes) {
    auto& forwards = changes.forwards;
    changes.remove(0);
    if (forward) forwards.insert(forwards.begin(), {0, std::move(forward), std::move(callback)});
  });
}

size_t Callable::hook_count() const { return SeenChanges(*this).hook_count(); }

bool Callable::is_overridden() const { return SeenChanges(*this).forward() != nullptr; }

Tensor Callable::parameter(const std::string& name) {
  if (const auto* replaced = SeenChanges(*this).parameter(name)) return *replaced;
  return own_value(name);
}

Tensor Callable::own_value(const std::string& name) {
  const auto* own = own_parameter(name);
  return own ? *own : Tensor();
}

NamedTensors Callable::replaced_parameters() const { return SeenChanges(*this).parameters(); }

Children Callable::seen_children() const {
  const SeenChanges changes(*this);
  if (const auto* overlaid = changes.children()) return *overlaid;
  std::lock_guard<std::mutex> lock(mutex_);
  Children children;
  for (const auto& child : own_children_of(*this)) children.emplace_back(child.key(), child.value());
  return children;
}

std::vector<ModulePtr> Callable::seen_modules() const {
  const SeenChanges changes(*this);
  std::vector<ModulePtr> modules;
  if (const auto* overlaid = changes.children()) {
    for (const auto& child : *overlaid) modules.push_back(child.second);
    return modules;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  return own_children_of(*this).values();
}

ModulePtr Callable::seen_child(const std::string& name) const {
  const SeenChanges changes(*this);
  if (const auto* overlaid = changes.children()) {
    for (const auto& child : *overlaid)
      if (child.first == name) return child.second;
    return nullptr;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  const auto* child = own_children_of(*this).find(name);
  return child ? *child : nullptr;
}

bool Callable::change_overlaid_children(const std::function<void(Children&)>& change) {
  auto* overlay = CallState::target();
  if (!overlay) return false;
  auto children = this->seen_children();
  change(children);
  overlay->changes(id_).children = std::move(children);
  return true;
}

void Callable::change_own_children(const std::function<void()>& change) {
  std::lock_guard<std::mutex> lock(mutex_);
  change();
}

bool Callable::has_rule() const {
  bool any = false;
  SeenChanges(*this).each_hook([&](Hook& hook) { any |= hook.about() == Hook::About::relevance; });
  return any;
}

bool Callable::may_overwrite(const Tensor& input) const {
  if (is_rule_output(input)) return false;
  bool kept = false;
  SeenChanges(*this).each_hook([&](Hook& hook) { kept |= hook.keeps_output(); });
  return !kept;
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
