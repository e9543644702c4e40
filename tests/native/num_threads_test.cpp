#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <jennit/binding.h>
#include <jennit/num_threads.h>

#include <atomic>

namespace jennit {

namespace {

int openblas_threads() {
  void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD);
  return reinterpret_cast<int (*)()>(dlsym(library, "openblas_get_num_threads"))();
}

ModulePtr identity() { return make_layer("Identity", Options()); }

class NumThreads : public testing::Test {
 protected:
  void TearDown() override { set_num_threads(before_); }

 private:
  const int64_t before_ = at::get_num_threads();
};

TEST_F(NumThreads, GovernLibTorchAndLeaveOneToOpenBlas) {
  for (const int count : {1, 2, 1}) {
    set_num_threads(count);
    EXPECT_EQ(at::get_num_threads(), count);
    EXPECT_EQ(openblas_threads(), 1);
  }
  at::set_num_threads(2);
  binding::call(identity(), {at::ones({1})});
  EXPECT_EQ(openblas_threads(), 1);
}

/// Plain loops.
Tensor product(const Tensor& a, const Tensor& b) {
  auto result = at::zeros({a.size(0), b.size(1)}, at::kDouble);
  const auto left = a.to(at::kDouble).contiguous(), right = b.to(at::kDouble).contiguous();
  const auto x = left.accessor<double, 2>(), y = right.accessor<double, 2>();
  auto sums = result.accessor<double, 2>();
  for (int64_t i = 0; i < a.size(0); ++i)
    for (int64_t k = 0; k < a.size(1); ++k)
      for (int64_t j = 0; j < b.size(1); ++j) sums[i][j] += x[i][k] * y[k][j];
  return result;
}

TEST_F(NumThreads, ShareProductsOfAnyShape) {
  struct Shape {
    int64_t m, n, k;
  };
  at::manual_seed(1);
  for (const auto& shape : {Shape{1, 1, 1}, Shape{129, 517, 260}, Shape{517, 129, 260}, Shape{3, 2000, 700},
                            Shape{2000, 3, 700}, Shape{16, 16, 40000}, Shape{300, 300, 300}, Shape{0, 5, 4}}) {
    for (const auto dtype : {at::kFloat, at::kDouble}) {
      for (int turned = 0; turned < 4; ++turned) {
        auto a = turned & 1 ? at::randn({shape.k, shape.m}, dtype).t() : at::randn({shape.m, shape.k}, dtype);
        auto b = turned & 2 ? at::randn({shape.n, shape.k}, dtype).t() : at::randn({shape.k, shape.n}, dtype);
        const auto expected = product(a, b);
        const auto tolerance = dtype == at::kFloat ? 1e-3 : 1e-10;
        for (const int count : {1, 2, 3}) {
          set_num_threads(count);
          EXPECT_TRUE(at::mm(a, b).to(at::kDouble).allclose(expected, tolerance, tolerance))
              << shape.m << " " << shape.n << " " << shape.k << " turned " << turned << ", " << count << " threads";
          const auto c = at::randn({shape.m, shape.n}, dtype);
          EXPECT_TRUE(
              at::addmm(c, a, b, 0.5, 2).to(at::kDouble).allclose(0.5 * c + 2 * expected, tolerance, tolerance));
        }
      }
    }
  }
}

TEST_F(NumThreads, ShareProductsInsideOfLoopsToo) {
  set_num_threads(2);
  const auto a = at::randn({300, 300}, at::kDouble), expected = at::mm(a, a);
  std::atomic<int> equal{0};
  at::parallel_for(0, 4, 1, [&](int64_t begin, int64_t end) {
    const c10::InferenceMode unrecorded;
    for (auto i = begin; i < end; ++i) equal += at::mm(a, a).allclose(expected, 1e-10, 1e-10);
  });
  EXPECT_EQ(equal, 4);
}

TEST_F(NumThreads, MustBePositive) {
  EXPECT_THROW(set_num_threads(0), std::invalid_argument);
  EXPECT_THROW(set_num_threads(int64_t{1} << 40), std::invalid_argument);
}

}  // namespace

}  // namespace jennit
