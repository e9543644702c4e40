#include "block_cache.h"

#include <algorithm>
#include <cstdlib>

namespace jennit {

namespace {

constexpr size_t page = 4096;

void* from_system(size_t size) {
  void* start = nullptr;
  return posix_memalign(&start, page, size) ? nullptr : start;
}

}  // namespace

void BlockCache::set_limit(size_t limit) {
  std::lock_guard<std::mutex> lock(mutex_);
  limit_ = limit;
}

void* BlockCache::take(size_t bytes) {
  const size_t size = (bytes + page - 1) / page * page;
  if (size < bytes) return nullptr;
  std::lock_guard<std::mutex> lock(mutex_);
  void* start = reuse(size);
  if (!start) {
    const auto most = std::min(peak_ + peak_ / 4, limit_);
    while (!kept_.empty() && used_bytes_ + kept_bytes_ + size > most) drop_oldest();
    start = from_system(size);
    if (!start) return nullptr;
    used_[start] = size;
    used_bytes_ += size;
  }
  peak_ = std::max(peak_, used_bytes_);
  return start;
}

void* BlockCache::reuse(size_t size) {
  // The smallest that is large enough and wastes half at most.
  auto best = kept_.end();
  for (auto block = kept_.begin(); block != kept_.end(); ++block)
    if (block->size >= size && block->size / 2 <= size && (best == kept_.end() || block->size <= best->size))
      best = block;
  if (best == kept_.end()) return nullptr;
  const auto found = *best;
  kept_.erase(best);
  kept_bytes_ -= found.size;
  used_[found.start] = found.size;
  used_bytes_ += found.size;
  return found.start;
}

bool BlockCache::give(void* block) {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = used_.find(block);
  if (found == used_.end()) return false;
  const auto size = found->second;
  used_.erase(found);
  used_bytes_ -= size;
  if (used_bytes_ + kept_bytes_ + size > limit_) {
    std::free(block);
  } else {
    kept_.push_back({block, size});
    kept_bytes_ += size;
  }
  return true;
}

void BlockCache::drop_oldest() {
  std::free(kept_.front().start);
  kept_bytes_ -= kept_.front().size;
  kept_.pop_front();
}

void BlockCache::empty() {
  std::lock_guard<std::mutex> lock(mutex_);
  while (!kept_.empty()) drop_oldest();
  peak_ = used_bytes_;
}

size_t BlockCache::kept_bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return kept_bytes_;
}

size_t BlockCache::used_bytes() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return used_bytes_;
}

}  // namespace jennit
