#pragma once

#include <jennit/callback.h>
#include <jennit/live.h>

#include <functional>
#include <optional>

namespace jennit {

class Callable;

/// Sees the end of one call: may replace the outputs.
class AfterCall {
 public:
  virtual ~AfterCall() = default;
  virtual void after(Tensors& outputs) = 0;
  /// Whether autograd must record the call in between.
  virtual bool needs_record() const { return true; }
};

/// Registered on a node; asked at the start of every call, from any thread at once, so it keeps no state of a call.
class Hook {
 public:
  virtual ~Hook() = default;
  /// May replace the inputs; returns who wants to see the outputs, or null.
  virtual std::unique_ptr<AfterCall> before(Callable& callable, Tensors& inputs) = 0;
  /// True when the module's output must survive the call: in-place layers then work out of place.
  virtual bool keeps_output() const { return false; }
  /// What the hook is about, which orders the hooks of one module. Inputs are replaced first, and the relevance is
  /// taken closest to the forward; backward hooks see the gradients by the inputs so replaced, and by the outputs that
  /// forward hooks leave, as in torch. What looks at the graph sees it whole.
  enum class About { values, gradients, relevance, graph };
  virtual About about() const { return About::values; }
  /// Adds what must be kept so that the hook can run.
  virtual void pin(Pins& pins) const {}

 private:
  const live::Mark mark_{live::Kind::hook};
};

using Forward = std::function<Tensors(const Tensors&)>;

/// The children of a node by name, in order.
using Children = std::vector<std::pair<std::string, ModulePtr>>;

/// A tensor as it was: whether it still holds the same values is told by its version and its memory.
class Seen {
 public:
  explicit Seen(at::Tensor tensor);
  bool is_unchanged() const;

 private:
  at::Tensor tensor_;
  const void* data_;
  int64_t version_;
};

/// What was put on one node from outside. The node has its own, which all calls see; an Overlay has others, which its
/// calls see besides. Later entries stand over earlier ones.
struct Changes {
  struct HookEntry {
    int64_t id;
    std::shared_ptr<Hook> hook;
  };
  struct ForwardEntry {
    int64_t id;
    Forward forward;
    /// Null where the forward is native.
    CallbackPtr callback;
  };
  struct ParameterEntry {
    int64_t id;
    std::string name;
    at::Tensor value;
    /// What the value was made of.
    std::vector<Seen> sources;
    /// Of the value and the sources, shared by all copies of the entry.
    std::shared_ptr<const live::Mark> mark;
  };

  std::vector<HookEntry> hooks;
  /// The entry 0 is the user's own override, below all others.
  std::vector<ForwardEntry> forwards;
  std::vector<ParameterEntry> parameters;
  /// Where others than the node's own stand in their place; in overlays alone.
  std::optional<Children> children;

  bool empty() const;
  /// Takes back what `id` put here; unknown ids are ignored.
  void remove(int64_t id);
};

}  // namespace jennit
