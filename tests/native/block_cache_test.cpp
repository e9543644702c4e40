#include "memory/block_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <thread>
#include <vector>

namespace jennit {

namespace {

constexpr size_t mebibyte = size_t{1} << 20;

TEST(BlockCache, a_freed_block_serves_the_next_of_about_its_size) {
  BlockCache cache;
  void* first = cache.take(8 * mebibyte);
  ASSERT_TRUE(cache.give(first));
  EXPECT_EQ(cache.kept_bytes(), 8 * mebibyte);
  EXPECT_EQ(cache.take(8 * mebibyte - 100), first);
  EXPECT_EQ(cache.kept_bytes(), 0u);
  cache.give(first);
}

TEST(BlockCache, a_block_is_as_large_as_asked_for) {
  BlockCache cache;
  for (size_t size : {mebibyte, mebibyte + 1, 3 * mebibyte + 17}) {
    void* block = cache.take(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    std::memset(block, 1, size);
    cache.give(block);
  }
}

TEST(BlockCache, a_small_wish_does_not_take_a_large_block) {
  BlockCache cache;
  void* large = cache.take(16 * mebibyte);
  cache.give(large);
  void* small = cache.take(2 * mebibyte);
  EXPECT_NE(small, large);
  EXPECT_EQ(cache.used_bytes(), 2 * mebibyte);
  cache.give(small);
}

TEST(BlockCache, no_block_is_given_twice_or_to_a_larger_wish) {
  BlockCache cache;
  cache.give(cache.take(16 * mebibyte));  // room to keep the small one in
  void* small = cache.take(2 * mebibyte);
  cache.give(small);
  void* large = cache.take(4 * mebibyte);
  void* again = cache.take(2 * mebibyte);
  EXPECT_NE(large, small);
  EXPECT_NE(again, large);
  cache.give(large);
  cache.give(again);
}

TEST(BlockCache, used_and_kept_take_little_more_than_was_once_used) {
  BlockCache cache;
  size_t peak = 0;
  std::vector<void*> used;
  for (size_t i = 1; i <= 60; ++i) {
    if (used.size() == 4) {
      cache.give(used.front());
      used.erase(used.begin());
    }
    used.push_back(cache.take((i * 7 % 13 + 1) * mebibyte));
    peak = std::max(peak, cache.used_bytes());
    EXPECT_LE(cache.used_bytes() + cache.kept_bytes(), peak + peak / 4);
  }
  for (void* block : used) cache.give(block);
  EXPECT_LE(cache.kept_bytes(), peak + peak / 4);
}

TEST(BlockCache, nothing_is_kept_above_the_limit) {
  BlockCache cache(4 * mebibyte);
  void* large = cache.take(6 * mebibyte);
  void* small = cache.take(2 * mebibyte);
  cache.give(large);
  EXPECT_EQ(cache.kept_bytes(), 0u);
  cache.give(small);
  EXPECT_EQ(cache.kept_bytes(), 2 * mebibyte);
}

TEST(BlockCache, emptying_keeps_what_is_in_use) {
  BlockCache cache;
  void* used = cache.take(2 * mebibyte);
  cache.give(cache.take(3 * mebibyte));
  cache.empty();
  EXPECT_EQ(cache.kept_bytes(), 0u);
  EXPECT_EQ(cache.used_bytes(), 2 * mebibyte);
  std::memset(used, 1, 2 * mebibyte);
  cache.give(used);
}

TEST(BlockCache, what_it_did_not_give_it_does_not_take) {
  BlockCache cache;
  int other = 0;
  EXPECT_FALSE(cache.give(&other));
  EXPECT_FALSE(cache.give(nullptr));
}

TEST(BlockCache, a_size_beyond_all_memory_is_null) {
  BlockCache cache;
  EXPECT_EQ(cache.take(SIZE_MAX), nullptr);
  EXPECT_EQ(cache.take(SIZE_MAX / 2), nullptr);
  EXPECT_EQ(cache.used_bytes(), 0u);
}

TEST(BlockCache, threads_never_share_a_block) {
  BlockCache cache;
  std::vector<std::thread> threads;
  std::atomic<int> mixed{0};
  for (int t = 1; t <= 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        auto* block = static_cast<char*>(cache.take(mebibyte));
        std::memset(block, t, mebibyte);
        for (size_t at = 0; at < mebibyte; at += 4096) mixed += block[at] != t;
        cache.give(block);
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(mixed, 0);
  EXPECT_EQ(cache.used_bytes(), 0u);
}

}  // namespace

}  // namespace jennit
