#pragma once

#include <jennit/tensors.h>

#include <functional>
#include <optional>

namespace jennit {

// An operation that works in place changes a tensor for all who hold it, or a view of it. Where a rule needs the old
// values, the operation works on a copy, and all holders of the running thread go on with that copy instead: the model
// computes the same with rules as without.

/// What takes the place of a tensor; none where it stays.
using Successor = std::function<std::optional<at::Tensor>(const at::Tensor&)>;

/// One who holds tensors while modules run, on the thread that made it.
class Holder {
 public:
  Holder();
  virtual ~Holder();
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

  /// Asks for each tensor that is held what takes its place.
  virtual void replace(const Successor& successor) = 0;
};

/// A copy that may be overwritten in the place of `tensor`, which is a rule's output or a view of one. Whoever holds a
/// tensor of the same memory goes on with the copy, or with the same view of it.
/// Throws std::invalid_argument where somebody holds more of that memory than the rule's output.
at::Tensor overwritable(const at::Tensor& tensor);

/// `before` was to be overwritten, and `after` was computed from it instead: all go on with `after`. Answers what the
/// operation gives back.
at::Tensor succeed(const at::Tensor& before, const at::Tensor& after);

}  // namespace jennit
