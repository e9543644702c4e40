#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

namespace jennit {

/// Keeps freed blocks of memory for whoever asks next, because the system clears every page that it hands out anew.
/// Blocks in use and kept blocks together never take more than 5/4 of what the blocks in use once did.
/// Any number of threads may call at once.
class BlockCache {
 public:
  /// @param limit bytes that blocks in use and kept blocks may take together; none is kept above it
  explicit BlockCache(size_t limit = SIZE_MAX) : limit_(limit) {}
  ~BlockCache() { empty(); }
  BlockCache(const BlockCache&) = delete;
  BlockCache& operator=(const BlockCache&) = delete;

  void set_limit(size_t limit);
  /// A block of at least `bytes` bytes, at a multiple of the page size; null where the system has none.
  void* take(size_t bytes);
  /// Takes a block back. False where it is none of this cache's blocks.
  bool give(void* block);
  /// Hands what is kept to the system, and forgets the peak.
  void empty();
  size_t kept_bytes() const;
  size_t used_bytes() const;

 private:
  struct Block {
    void* start;
    size_t size;
  };

  void* reuse(size_t size);
  void drop_oldest();

  mutable std::mutex mutex_;
  std::unordered_map<void*, size_t> used_;
  std::list<Block> kept_;  // the newest last
  size_t used_bytes_ = 0, kept_bytes_ = 0, peak_ = 0, limit_;
};

}  // namespace jennit
