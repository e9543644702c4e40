#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <jennit/binding.h>
#include <jennit/num_threads.h>

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

TEST_F(NumThreads, GovernLibTorchAndOpenBlas) {
  for (const int count : {1, 2, 1}) {
    set_num_threads(count);
    EXPECT_EQ(at::get_num_threads(), count);
    EXPECT_EQ(openblas_threads(), count);
  }
}

TEST_F(NumThreads, AreReadAtTheStartOfAPass) {
  for (const int count : {1, 2, 1}) {
    at::set_num_threads(count);
    binding::call(identity(), {at::ones({1})});
    EXPECT_EQ(openblas_threads(), count);
    EXPECT_EQ(at::get_num_threads(), count);
  }
  at::set_num_threads(2);
  const auto x = at::ones({1}).requires_grad_();
  binding::grad({x * 2}, {x}, {}, false, false, false);
  EXPECT_EQ(openblas_threads(), 2);
}

TEST_F(NumThreads, MustBePositive) {
  EXPECT_THROW(set_num_threads(0), std::invalid_argument);
  EXPECT_THROW(set_num_threads(int64_t{1} << 40), std::invalid_argument);
}

}  // namespace

}  // namespace jennit
