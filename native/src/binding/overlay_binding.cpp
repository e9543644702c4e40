#include <jennit/binding.h>
#include <jennit/errors.h>

namespace jennit::binding {

namespace {

/// What this thread entered and has not left.
thread_local std::vector<std::unique_ptr<Entering>> entered;

void enter(CallState state) { entered.push_back(std::make_unique<Entering>(std::move(state))); }

}  // namespace

std::shared_ptr<Overlay> make_overlay() {
  return guarded([] { return std::make_shared<Overlay>(); });
}

std::shared_ptr<Overlay> copy_overlay(const std::shared_ptr<Overlay>& overlay) {
  return guarded([&] { return std::make_shared<Overlay>(*overlay); });
}

void keep(const std::shared_ptr<Overlay>& overlay, const CallbackPtr& keeper) { overlay->keep(keeper); }

int64_t overlay_id(const std::shared_ptr<Overlay>& overlay) { return overlay->id(); }

int64_t seen_overlay() {
  const auto* state = CallState::if_any();
  if (!state || !state->overlay) return 0;
  return state->building ? -state->overlay->id() : state->overlay->id();
}

void enter(const std::shared_ptr<Overlay>& overlay, bool building, bool check_finite) {
  guarded([&] {
    CallState state = CallState::here();
    state.overlay = overlay;
    state.building = building;
    state.check_finite = check_finite;
    enter(std::move(state));
  });
}

void enter_without(const int64_t* hidden, int64_t count) {
  guarded([&] {
    CallState state = CallState::here();
    state.hides_hooks = true;
    state.hidden.insert(hidden, hidden + count);
    enter(std::move(state));
  });
}

void enter_tree() {
  guarded([] {
    CallState state = CallState::here();
    state.overlay = nullptr;
    state.building = false;
    enter(std::move(state));
  });
}

void enter_relevance_alone() {
  guarded([] {
    CallState state = CallState::here();
    state.relevance_alone = true;
    enter(std::move(state));
  });
}

void leave() {
  guarded([] { entered.pop_back(); });
}

std::shared_ptr<turns::Change> begin_change(const ModulePtr& tree) {
  return guarded([&] { return std::make_shared<turns::Change>(tree); });
}

}  // namespace jennit::binding
