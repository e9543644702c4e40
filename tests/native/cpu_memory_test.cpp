#include <gtest/gtest.h>
#include <jennit/cpu_memory.h>
#include <jennit/errors.h>
#include <jennit/tensors.h>

namespace jennit {

namespace {

constexpr int64_t mebibyte = int64_t{1} << 20;

class CpuMemory : public testing::Test {
 protected:
  void SetUp() override {
    keep_cpu_memory(0);
    limit_cpu_memory(used_cpu_bytes() + 16 * mebibyte, used_cpu_bytes() + 32 * mebibyte);
    asked.clear();
    kept = Tensor();
  }
  void TearDown() override {
    kept = Tensor();
    set_make_room(nullptr);
    limit_cpu_memory(0, 0);
    empty_cpu_cache();
  }

  static inline std::vector<int64_t> asked;
  static inline Tensor kept;
};

TEST_F(CpuMemory, counts_what_lives_of_every_size) {
  const auto before = used_cpu_bytes();
  {
    const auto small = at::empty({1000}), large = at::empty({mebibyte});
    EXPECT_GE(used_cpu_bytes(), before + 4000 + 4 * mebibyte);
    EXPECT_LT(used_cpu_bytes(), before + 5 * mebibyte);
  }
  EXPECT_EQ(used_cpu_bytes(), before);
}

TEST_F(CpuMemory, remembers_the_most_that_lived_at_once) {
  const auto before = used_cpu_bytes();
  reset_peak_cpu_bytes();
  {
    const auto first = at::empty({3 * mebibyte}), second = at::empty({mebibyte});
  }
  {
    const auto third = at::empty({2 * mebibyte});
  }
  EXPECT_GE(peak_cpu_bytes(), before + 16 * mebibyte);
  EXPECT_LT(peak_cpu_bytes(), before + 17 * mebibyte);
  reset_peak_cpu_bytes();
  EXPECT_EQ(peak_cpu_bytes(), before);
}

TEST_F(CpuMemory, is_crowded_above_what_was_set) {
  EXPECT_FALSE(is_crowded());
  const auto large = at::empty({5 * mebibyte});
  EXPECT_TRUE(is_crowded());
}

TEST_F(CpuMemory, a_tensor_gets_the_room_that_is_made_for_it) {
  kept = at::empty({6 * mebibyte});
  set_make_room([](int64_t bytes) {
    asked.push_back(bytes);
    kept = Tensor();
  });
  EXPECT_EQ(at::empty({6 * mebibyte}).numel(), 6 * mebibyte);
  EXPECT_EQ(asked, std::vector<int64_t>{24 * mebibyte});
}

TEST_F(CpuMemory, a_tensor_without_room_is_refused_with_the_sizes) {
  set_make_room([](int64_t bytes) { asked.push_back(bytes); });
  try {
    at::empty({10 * mebibyte});
    FAIL() << "not refused";
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).find("out of native memory: a tensor needs 40.0 MiB, while tensors take "), 0u)
        << e.what();
  }
  EXPECT_EQ(asked.size(), 2u);
  EXPECT_EQ(at::ones({mebibyte}).sum().item<float>(), mebibyte);
}

TEST_F(CpuMemory, what_the_system_has_not_is_refused_in_the_same_words) {
  limit_cpu_memory(0, 0);
  EXPECT_THROW(at::empty({int64_t{1} << 50}), Error);
}

}  // namespace

}  // namespace jennit
