#pragma once

#include <jennit/callable.h>

#include <unordered_set>

namespace jennit::turns {

// Calls and changes of one tree take turns: a call sees all of a change or nothing of it. Calls never wait for calls.

/// The outermost call of this thread begins; waits while another thread changes a node of its tree.
void begin(Callable& root);
void end();

/// Nodes that this thread is about to change, one after the other.
class Change {
 public:
  /// Waits until no call of another thread runs in `tree` or in a tree that shares nodes with it. Within a call it does
  /// not wait, since others may wait for that call: an Error then.
  explicit Change(ModulePtr tree);
  ~Change();
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  ModulePtr tree_;
  std::unordered_set<int64_t> nodes_;
  friend bool touches(torch::nn::Module&, const Change&);
};

}  // namespace jennit::turns
