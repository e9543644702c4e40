#pragma once

#include <c10/util/ThreadLocalDebugInfo.h>
#include <jennit/overlay.h>

#include <atomic>
#include <mutex>
#include <set>

namespace jennit {

struct RuleScope;

/// The scopes whose rules are inactive for the passes of one thread. Thread-safe.
class InactiveScopes {
 public:
  /// Counted: as many removals as additions make the scope's rules active again.
  void add(const std::shared_ptr<RuleScope>& scope);
  void remove(const std::shared_ptr<RuleScope>& scope);
  bool holds(const RuleScope* scope) const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::pair<std::shared_ptr<RuleScope>, int>> counts_;
  std::atomic<bool> any_{false};
};

/// What belongs to the calls and passes of one thread. LibTorch's engine works on threads of its own for a pass; they
/// see the state of the thread that asked for it. Immutable but for what it points to.
struct CallState final : public c10::DebugInfoBase {
  /// What calls see; null: the tree as it is.
  std::shared_ptr<Overlay> overlay;
  /// Whether changes that this thread makes go to the overlay, and not to the tree.
  bool building = false;
  /// What calls do not see of what was put on nodes, by the ids that Callable gave, and whether they see hooks.
  std::set<int64_t> hidden;
  bool hides_hooks = false;
  /// Whether a relevance that is not finite is an error that names the module.
  bool check_finite = false;
  /// Whether what is recorded now serves passes of relevance alone, of which none is differentiated and none lets the
  /// true gradient pass: what a rule does without is not recorded.
  bool relevance_alone = false;
  std::shared_ptr<InactiveScopes> inactive = std::make_shared<InactiveScopes>();

  /// The running thread's; null where it never had one. Cheap.
  static const CallState* if_any();
  /// The same, made where there is none.
  static const CallState& here();
  /// Where the running thread's changes go; null: to the tree.
  static Overlay* target();
};

/// The rules of one scope step aside in the passes of the thread that made this, until it ends. From any thread.
class Inactivity {
 public:
  explicit Inactivity(std::shared_ptr<RuleScope> scope);
  ~Inactivity() { end(); }
  Inactivity(const Inactivity&) = delete;
  Inactivity& operator=(const Inactivity&) = delete;
  /// Does nothing the second time.
  void end();

 private:
  std::shared_ptr<InactiveScopes> scopes_;
  std::shared_ptr<RuleScope> scope_;
  std::atomic<bool> ended_{false};
};

/// Another state for the running thread while this lives.
class Entering {
 public:
  explicit Entering(CallState state);
  /// The present state with another overlay, which may be null.
  explicit Entering(std::shared_ptr<Overlay> overlay);
  ~Entering();
  Entering(const Entering&) = delete;
  Entering& operator=(const Entering&) = delete;

 private:
  std::shared_ptr<c10::ThreadLocalDebugInfo> before_;
};

}  // namespace jennit
