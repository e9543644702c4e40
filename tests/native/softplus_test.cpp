#include <gtest/gtest.h>
#include <jennit/binding.h>

#include <functional>

namespace jennit {

namespace {

using Function = std::function<Tensor(const Tensor&)>;

constexpr double beta = 3, threshold = 4;

ModulePtr make_softplus() {
  Options options;
  options.set_numbers("beta", &beta, 1);
  options.set_numbers("threshold", &threshold, 1);
  return make_layer("Softplus", options);
}

/// The value and its derivatives up to the third, each of which every earlier one takes part in. A third of the values
/// lies above the threshold.
std::vector<Tensor> derivatives(const Function& function) {
  at::manual_seed(0);
  auto x = (at::randn({4, 50}, at::kDouble) * 2).requires_grad_();
  const auto seed = at::randn({4, 50}, at::kDouble).requires_grad_();
  std::vector<Tensor> result{function(x)};
  auto first = torch::autograd::grad({result[0].pow(2)}, {x}, {seed}, true, true)[0];
  const auto second = torch::autograd::grad({first.pow(2).sum()}, {x, seed}, {}, true, true);
  const auto third = torch::autograd::grad({second[0].pow(2).sum() + second[1].pow(2).sum()}, {x, seed});
  result.push_back(first);
  result.insert(result.end(), second.begin(), second.end());
  result.insert(result.end(), third.begin(), third.end());
  return result;
}

TEST(Softplus, derivatives_up_to_the_third_are_those_of_libtorch) {
  const auto layer = make_softplus();
  const auto got = derivatives([&](const Tensor& x) { return binding::call(layer, {x})[0]; });
  const auto expected = derivatives([](const Tensor& x) { return at::softplus(x, beta, threshold); });
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(at::allclose(got[i], expected[i], 1e-10, 1e-12)) << i;
}

TEST(Softplus, second_derivative_is_zero_above_the_threshold) {
  const auto x = at::full({3}, 2., at::kDouble).requires_grad_();
  const auto first = torch::autograd::grad({binding::call(make_softplus(), {x})[0].sum()}, {x}, {}, true, true)[0];
  EXPECT_TRUE(at::equal(first, at::ones({3}, at::kDouble)));
  EXPECT_TRUE(at::equal(torch::autograd::grad({first.sum()}, {x})[0], at::zeros({3}, at::kDouble)));
}

TEST(Softplus, a_seed_can_be_differentiated_alone) {
  const auto x = at::linspace(-1, 1, 3, at::kDouble).requires_grad_();
  const auto seed = at::randn({3}, at::kDouble).requires_grad_();
  const auto first = torch::autograd::grad({binding::call(make_softplus(), {x})[0]}, {x}, {seed}, true, true)[0];
  const auto slope = torch::autograd::grad({first.sum()}, {seed})[0];
  EXPECT_TRUE(at::allclose(slope, at::sigmoid(beta * x), 1e-12, 1e-12));
}

}  // namespace

}  // namespace jennit
