#pragma once

#include <jennit/live.h>
#include <jennit/tensors.h>

namespace jennit {

/// A function written in Java: the forward of a module, a hook, or a rule. Shared by all native objects that call it;
/// none of them keeps its Java half alive: Java does so for as long as it is registered, and `pin` beyond that.
/// Thread-safe. An exception thrown in Java arrives as an Error that carries it.
class Callback {
 public:
  virtual ~Callback() = default;

  /// What the lists hold, and what an empty answer means, is said where the callback is registered.
  /// An Error where the Java half was collected.
  virtual Tensors call(Tensors first, Tensors second = {}, Tensors third = {}) = 0;

  /// Asked of a rule after a forward call with its inputs and outputs: the answer holds tensors to keep for the
  /// backward.
  // By value, as `call`: Java is given their addresses. NOLINTNEXTLINE(performance-unnecessary-value-param)
  virtual Tensors save(Tensors inputs, Tensors outputs) { return {}; }

  /// Tells Java something in words.
  virtual void say(const std::string& text) {}

  /// Keeps the Java half alive for as long as the answer lives: for graphs, which may outlive what Java holds.
  virtual std::shared_ptr<void> pin() = 0;

 private:
  const live::Mark mark_{live::Kind::callback};
};

using CallbackPtr = std::shared_ptr<Callback>;

/// What a graph holds so that all it may call is still there.
using Pins = std::vector<std::shared_ptr<void>>;

}  // namespace jennit
