#pragma once

#include <jennit/callable.h>

namespace jennit {

/// One call of a node, while it runs on its thread. Refuses calls that would use up the thread's stack; the outermost
/// call of a thread waits while another thread changes the tree (see tree_change.h).
class RunningCall {
 public:
  explicit RunningCall(Callable& callable);
  ~RunningCall();
  RunningCall(const RunningCall&) = delete;
  RunningCall& operator=(const RunningCall&) = delete;

  bool is_outermost() const { return outermost_; }
  /// Whether any call runs on this thread.
  static bool any();

 private:
  bool outermost_;
};

}  // namespace jennit
