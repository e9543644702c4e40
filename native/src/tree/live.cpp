#include <jennit/live.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>

namespace jennit::live {

namespace {

std::array<std::atomic<int64_t>, kKinds> totals{};
std::atomic<Tracer> tracer{nullptr};

/// Never destroyed: what static objects hold is counted until the process ends.
struct Places {
  std::mutex mutex;
  std::map<std::pair<Kind, int64_t>, int64_t> amounts;
};
Places& places() {
  static auto* places = new Places;
  return *places;
}

int64_t place_now() {
  const auto trace = tracer.load();
  return trace ? trace() : 0;
}

}  // namespace

Mark::Mark(Kind kind, int64_t amount) : kind_(kind), place_(place_now()) { this->amount(amount); }

Mark::~Mark() { amount(0); }

void Mark::amount(int64_t amount) {
  const auto change = amount - amount_;
  amount_ = amount;
  if (!change) return;
  totals[static_cast<size_t>(kind_)] += change;
  if (!place_) return;
  std::lock_guard<std::mutex> lock(places().mutex);
  auto& amounts = places().amounts;
  const auto at = amounts.emplace(std::make_pair(kind_, place_), 0).first;
  at->second += change;
  if (!at->second) amounts.erase(at);
}

void counts(int64_t* counts) {
  for (size_t kind = 0; kind < kKinds; ++kind) counts[kind] = totals[kind];
}

void set_tracer(Tracer trace) { tracer = trace; }

std::vector<Made> made() {
  std::lock_guard<std::mutex> lock(places().mutex);
  std::vector<Made> result;
  for (const auto& [key, amount] : places().amounts) result.push_back({key.first, key.second, amount});
  return result;
}

}  // namespace jennit::live
