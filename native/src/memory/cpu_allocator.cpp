#include <c10/core/CPUAllocator.h>
#include <jennit/cpu_memory.h>

#include "block_cache.h"

namespace jennit {

namespace {

// Below this the system's own lists of free memory serve as well.
constexpr size_t smallest_kept = size_t{1} << 20;

/// Tensors may be freed while the process ends: the cache is there for as long as it runs.
BlockCache& cache() {
  static auto* instance = new BlockCache();
  return *instance;
}

void free_block(void* block) {
  if (block && !cache().give(block)) c10::GetDefaultCPUAllocator()->raw_deallocate(block);
}

/// LibTorch's own allocator, but for large blocks.
class CpuAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* block = bytes < smallest_kept ? nullptr : cache().take(bytes);
    // Where the system has no memory left, LibTorch says so in its own words.
    if (!block) {
      block = c10::GetDefaultCPUAllocator()->raw_allocate(bytes);
    }
    return {block, block, free_block, c10::Device(c10::DeviceType::CPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return free_block; }
  void copy_data(void* to, const void* from, size_t bytes) const override { default_copy_data(to, from, bytes); }
};

}  // namespace

void keep_cpu_memory(int64_t limit) {
  static auto* allocator = new CpuAllocator();
  cache().set_limit(limit > 0 ? static_cast<size_t>(limit) : SIZE_MAX);
  c10::SetCPUAllocator(allocator, 1);
}

void empty_cpu_cache() { cache().empty(); }

int64_t cached_cpu_bytes() { return static_cast<int64_t>(cache().kept_bytes()); }

}  // namespace jennit
