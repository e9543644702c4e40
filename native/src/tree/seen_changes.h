#pragma once

#include <c10/util/FunctionRef.h>
#include <jennit/callable.h>

namespace jennit {

struct CallState;

/// What one call sees that was put on its node: the node's own changes, and over them those of the call's overlay.
class SeenChanges {
 public:
  explicit SeenChanges(const Callable& callable);

  bool any_hooks() const;
  void each_hook(c10::function_ref<void(Hook&)> visit) const;
  void each_hook_backwards(c10::function_ref<void(Hook&)> visit) const;
  /// Without those that only look at the graph.
  size_t hook_count() const;
  /// The forward that stands over the node's own; null where none does.
  const Forward* forward() const;
  /// What replaces the parameter `name`; null where nothing does. Throws where that is stale.
  const at::Tensor* parameter(const std::string& name) const;
  NamedTensors parameters() const;
  /// The overlay's children; null where it leaves the node's own.
  const Children* children() const;

 private:
  template <class Entry>
  bool shows(const Entry& entry) const;

  const CallState* state_;
  std::shared_ptr<const Changes> own_;
  const Changes* over_;
};

}  // namespace jennit
