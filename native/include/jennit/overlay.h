#pragma once

#include <jennit/changes.h>

#include <unordered_map>

namespace jennit {

/// What the calls of one owner see of a tree in place of what stands there, and nobody else: hooks, rules, swapped
/// children, other forwards and parameters. Filled by one thread, then shared by any number of calls.
class Overlay {
 public:
  /// Never given again in this process.
  int64_t id() const { return id_; }

  Overlay();
  /// With the same changes, to be filled further.
  explicit Overlay(const Overlay& other);
  Overlay& operator=(const Overlay&) = delete;

  /// What it changes on the node of that id; null where nothing.
  const Changes* find(int64_t callable) const;
  Changes& changes(int64_t callable) { return changes_[callable]; }
  /// What is pinned besides: Java's half of the overlay.
  void keep(CallbackPtr keeper) { keeper_ = std::move(keeper); }
  /// All hooks and forwards of all nodes pin what they need.
  void pin(Pins& pins) const;

 private:
  int64_t id_;
  CallbackPtr keeper_;
  std::unordered_map<int64_t, Changes> changes_;
};

}  // namespace jennit
