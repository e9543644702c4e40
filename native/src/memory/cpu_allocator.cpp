#include <c10/core/CPUAllocator.h>
#include <jennit/cpu_memory.h>
#include <jennit/errors.h>
#include <malloc.h>

#include <atomic>
#include <cstdio>

#include "block_cache.h"

namespace jennit {

namespace {

// Below this the system's own lists of free memory serve as well.
constexpr size_t smallest_kept = size_t{1} << 20;

std::atomic<size_t> used{0}, peak{0}, crowded{SIZE_MAX}, most{SIZE_MAX};
std::atomic<MakeRoom> make_room{nullptr};

/// Tensors may be freed while the process ends: the cache is there for as long as it runs.
BlockCache& cache() {
  static auto* instance = new BlockCache();
  return *instance;
}

void count(size_t bytes) {
  const size_t now = used += bytes;
  for (size_t before = peak; before < now && !peak.compare_exchange_weak(before, now);) {
  }
}

void free_block(void* block) {
  if (!block) return;
  const auto size = malloc_usable_size(block);
  used -= size;
  if (size < smallest_kept || !cache().give(block)) c10::GetDefaultCPUAllocator()->raw_deallocate(block);
}

/// Null where that is more than tensors may take, or than the system has.
void* take_block(size_t bytes) {
  const size_t taken = used, limit = most;
  if (taken > limit || bytes > limit - taken) return nullptr;
  void* block = nullptr;
  if (bytes >= smallest_kept) {
    block = cache().take(bytes);
  } else {
    try {
      block = c10::GetDefaultCPUAllocator()->raw_allocate(bytes);
    } catch (const c10::Error&) {
    }
  }
  if (block) count(malloc_usable_size(block));
  return block;
}

/// "1.5 GiB"
std::string in_words(size_t bytes) {
  const char* const units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto size = static_cast<double>(bytes);
  size_t unit = 0;
  for (; size >= 1024; size /= 1024) ++unit;
  char text[32];
  std::snprintf(text, sizeof text, unit ? "%.1f %s" : "%.0f %s", size, units[unit]);
  return text;
}

[[noreturn]] void refuse(size_t bytes) {
  const size_t limit = most;
  throw Error("out of native memory: a tensor needs " + in_words(bytes) + ", while tensors take " + in_words(used) +
              (limit == SIZE_MAX ? "" : " of the " + in_words(limit) + " that they may (jennit.max_memory)"));
}

/// LibTorch's own allocator, but for large blocks and for what has no room.
class CpuAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* block = nullptr;
    if (bytes) {
      block = take_block(bytes);
      if (!block) block = take_after_making_room(bytes);
    }
    return {block, block, free_block, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return free_block; }
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }

 private:
  static void* take_after_making_room(size_t bytes) {
    void* block = nullptr;
    // The first time may only find out how much the machine has.
    for (int attempt = 0; attempt < 2 && !block; ++attempt) {
      if (const MakeRoom make = make_room) make(static_cast<int64_t>(std::min(bytes, size_t{INT64_MAX})));
      cache().empty();
      block = take_block(bytes);
    }
    if (!block) refuse(bytes);
    return block;
  }
};

size_t limit_of(int64_t bytes) { return bytes > 0 ? static_cast<size_t>(bytes) : SIZE_MAX; }

}  // namespace

void keep_cpu_memory(int64_t limit) {
  static auto* allocator = new CpuAllocator();
  cache().set_limit(limit_of(limit));
  c10::SetCPUAllocator(allocator, 1);
}

void empty_cpu_cache() { cache().empty(); }

int64_t cached_cpu_bytes() { return static_cast<int64_t>(cache().kept_bytes()); }

int64_t used_cpu_bytes() { return static_cast<int64_t>(used); }

int64_t peak_cpu_bytes() { return static_cast<int64_t>(peak); }

void reset_peak_cpu_bytes() { peak = used.load(); }

void limit_cpu_memory(int64_t when_crowded, int64_t at_most) {
  crowded = limit_of(when_crowded);
  most = limit_of(at_most);
}

bool is_crowded() { return used > crowded; }

void set_make_room(MakeRoom make) { make_room = make; }

}  // namespace jennit
