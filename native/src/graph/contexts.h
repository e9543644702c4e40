#pragma once

#include <ATen/core/ivalue.h>

#include <functional>
#include <vector>

namespace jennit::graph {

/// The `with` blocks that one execution is in. What they change of the running thread, gradient mode and autocast, is
/// as before once this is gone, also after an error.
class Contexts {
 public:
  Contexts();
  ~Contexts();
  Contexts(const Contexts&) = delete;
  Contexts& operator=(const Contexts&) = delete;

  /// What the context manager's `__enter__` answers.
  c10::IValue enter(const c10::IValue& manager);
  /// What its `__exit__` answers.
  c10::IValue exit(const c10::IValue& manager);

 private:
  const bool records_;
  /// Undoes each autocast that was entered.
  std::vector<std::function<void()>> autocasts_;
};

}  // namespace jennit::graph
