#pragma once

#include <jennit/tensors.h>

namespace jennit {

/// A function written in Java: the forward of a module, a hook, or a rule.
/// An exception thrown in Java arrives here as std::exception; the Java side keeps the Throwable.
class Callback {
 public:
  Callback();
  virtual ~Callback();

  /// What the lists hold, and what an empty answer means, is said where the callback is registered.
  /// All four belong to the caller; the answer arrives empty.
  virtual void call(std::vector<at::Tensor>& first, std::vector<at::Tensor>& second, std::vector<at::Tensor>& third,
                    std::vector<at::Tensor>& answer) = 0;

  /// Asked of a rule after a forward call with its inputs and outputs: the answer holds tensors to keep for the
  /// backward.
  virtual void save(std::vector<at::Tensor>& inputs, std::vector<at::Tensor>& outputs,
                    std::vector<at::Tensor>& answer) {}

  /// A native object that Java does not own, such as a node of a graph, refers to this callback from now on.
  virtual void retained() {}
  /// One such object is gone. Called from any thread.
  virtual void released() {}
};

/// The answer of a call. An error where the callback is gone: its Java owner was collected while something native, such
/// as a graph, still had its address.
Tensors ask(Callback* callback, Tensors first, Tensors second = {}, Tensors third = {});

/// Keeps the Java half of a callback alive for as long as the result lives. Whoever holds a bare Callback* instead
/// relies on Java to keep it.
std::shared_ptr<Callback> pin(Callback* callback);

}  // namespace jennit
