#include <jennit/overlay.h>

#include <atomic>

namespace jennit {

namespace {

int64_t next_overlay_id() {
  static std::atomic<int64_t> next{1};
  return next++;
}

}  // namespace

Overlay::Overlay() : id_(next_overlay_id()) {}

Overlay::Overlay(const Overlay& other) : id_(next_overlay_id()), changes_(other.changes_) {}

const Changes* Overlay::find(int64_t callable) const {
  const auto found = changes_.find(callable);
  return found == changes_.end() ? nullptr : &found->second;
}

void Overlay::pin(Pins& pins) const {
  if (keeper_) pins.push_back(keeper_->pin());
  for (const auto& [id, changes] : changes_) {
    for (const auto& entry : changes.hooks) entry.hook->pin(pins);
    for (const auto& entry : changes.forwards)
      if (entry.callback) pins.push_back(entry.callback->pin());
  }
}

}  // namespace jennit
