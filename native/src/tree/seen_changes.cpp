#include "seen_changes.h"

#include <jennit/call_state.h>

namespace jennit {

namespace {

void check(const Changes::ParameterEntry& entry) {
  for (const auto& source : entry.sources)
    if (!source.is_unchanged())
      throw std::invalid_argument(
          "its " + entry.name +
          " was merged from parameters that have changed since (a training step, load_state_dict, to): take the "
          "composite off the model and register it again");
}

}  // namespace

SeenChanges::SeenChanges(const Callable& callable)
    : state_(CallState::if_any()), over_(state_ && state_->overlay ? state_->overlay->find(callable.id_) : nullptr) {
  if (callable.has_changes_) own_ = std::atomic_load(&callable.changes_);
}

template <class Entry>
bool SeenChanges::shows(const Entry& entry) const {
  return !state_ || state_->hidden.empty() || !state_->hidden.count(entry.id);
}

bool SeenChanges::any_hooks() const {
  const bool any = (own_ && !own_->hooks.empty()) || (over_ && !over_->hooks.empty());
  return any && !(state_ && state_->hides_hooks);
}

void SeenChanges::each_hook(c10::function_ref<void(Hook&)> visit) const {
  for (const auto* changes : {static_cast<const Changes*>(own_.get()), over_})
    if (changes)
      for (const auto& entry : changes->hooks) visit(*entry.hook);
}

void SeenChanges::each_hook_backwards(c10::function_ref<void(Hook&)> visit) const {
  for (const auto* changes : {over_, static_cast<const Changes*>(own_.get())})
    if (changes)
      for (auto entry = changes->hooks.rbegin(); entry != changes->hooks.rend(); ++entry) visit(*entry->hook);
}

size_t SeenChanges::hook_count() const {
  size_t count = 0;
  each_hook([&](Hook& hook) { count += hook.about() == Hook::About::graph ? 0 : 1; });
  return count;
}

const Forward* SeenChanges::forward() const {
  for (const auto* changes : {over_, static_cast<const Changes*>(own_.get())})
    if (changes)
      for (auto entry = changes->forwards.rbegin(); entry != changes->forwards.rend(); ++entry)
        if (shows(*entry)) return &entry->forward;
  return nullptr;
}

const Tensor* SeenChanges::parameter(const std::string& name) const {
  for (const auto* changes : {over_, static_cast<const Changes*>(own_.get())}) {
    if (!changes) continue;
    for (auto entry = changes->parameters.rbegin(); entry != changes->parameters.rend(); ++entry) {
      if (entry->name != name || !shows(*entry)) continue;
      check(*entry);
      return &entry->value;
    }
  }
  return nullptr;
}

NamedTensors SeenChanges::parameters() const {
  NamedTensors tensors;
  for (const auto* changes : {static_cast<const Changes*>(own_.get()), over_}) {
    if (!changes) continue;
    for (const auto& entry : changes->parameters) {
      if (!shows(entry)) continue;
      check(entry);
      tensors[entry.name] = entry.value;
    }
  }
  return tensors;
}

const Children* SeenChanges::children() const { return over_ && over_->children ? &*over_->children : nullptr; }

}  // namespace jennit
