#include <jennit/call_state.h>

#include <algorithm>

namespace jennit {

namespace {

// LibTorch carries these from a thread to those that work for it. It has no kind for its users; this one is for tests
// of LibTorch alone.
constexpr auto kind = c10::DebugInfoKind::TEST_INFO_2;

CallState with_overlay(std::shared_ptr<Overlay> overlay) {
  CallState state = CallState::here();
  state.overlay = std::move(overlay);
  state.building = false;
  state.relevance_alone = false;
  return state;
}

}  // namespace

void InactiveScopes::add(const std::shared_ptr<RuleScope>& scope) {
  std::lock_guard<std::mutex> lock(mutex_);
  any_ = true;
  for (auto& [known, count] : counts_)
    if (known == scope) {
      ++count;
      return;
    }
  counts_.emplace_back(scope, 1);
}

void InactiveScopes::remove(const std::shared_ptr<RuleScope>& scope) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found =
      std::find_if(counts_.begin(), counts_.end(), [&](const auto& entry) { return entry.first == scope; });
  if (found != counts_.end() && --found->second == 0) counts_.erase(found);
  any_ = !counts_.empty();
}

bool InactiveScopes::holds(const RuleScope* scope) const {
  if (!any_) return false;
  std::lock_guard<std::mutex> lock(mutex_);
  return std::any_of(counts_.begin(), counts_.end(), [&](const auto& entry) { return entry.first.get() == scope; });
}

const CallState* CallState::if_any() { return static_cast<const CallState*>(c10::ThreadLocalDebugInfo::get(kind)); }

const CallState& CallState::here() {
  if (!if_any()) c10::ThreadLocalDebugInfo::_push(kind, std::make_shared<CallState>());
  return *if_any();
}

Overlay* CallState::target() {
  const auto* state = if_any();
  return state && state->building ? state->overlay.get() : nullptr;
}

Inactivity::Inactivity(std::shared_ptr<RuleScope> scope)
    : scopes_(CallState::here().inactive), scope_(std::move(scope)) {
  scopes_->add(scope_);
}

void Inactivity::end() {
  if (!ended_.exchange(true)) scopes_->remove(scope_);
}

Entering::Entering(CallState state) : before_(c10::ThreadLocalDebugInfo::current()) {
  c10::ThreadLocalDebugInfo::_push(kind, std::make_shared<CallState>(std::move(state)));
}

Entering::Entering(std::shared_ptr<Overlay> overlay) : Entering(with_overlay(std::move(overlay))) {}

Entering::~Entering() { c10::ThreadLocalDebugInfo::_forceCurrentDebugInfo(std::move(before_)); }

}  // namespace jennit
