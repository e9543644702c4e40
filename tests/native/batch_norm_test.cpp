#include <gtest/gtest.h>
#include <jennit/binding.h>

namespace jennit {

namespace {

/// A layer of three channels in double precision and evaluation mode, with statistics that are not trivial.
struct Normalized {
  explicit Normalized(bool frozen, bool affine = true) {
    at::manual_seed(0);
    Options options;
    const int64_t channels = 3;
    options.set_integers("num_features", &channels, 1);
    options.set_bool("affine", affine);
    layer = make_layer("BatchNorm2d", options);
    layer->to(at::kDouble);
    for (auto& parameter : layer->parameters(false)) parameter.detach().copy_(at::randn({3}, at::kDouble));
    layer->named_buffers(false)["running_mean"].copy_(at::randn({3}, at::kDouble));
    layer->named_buffers(false)["running_var"].copy_(at::rand({3}, at::kDouble) + 0.5);
    layer->eval();
    for (auto& parameter : layer->parameters(false)) parameter.requires_grad_(!frozen);
  }

  /// The derivatives of a loss on the input's gradient, by the input and by the seed.
  std::vector<Tensor> second_order() const {
    at::manual_seed(1);
    const auto x = at::randn({2, 3, 4, 5}, at::kDouble).requires_grad_();
    const auto seed = at::randn({2, 3, 4, 5}, at::kDouble).requires_grad_();
    const auto y = binding::call(layer, {x.pow(3)})[0];
    const auto first = torch::autograd::grad({y.pow(2)}, {x}, {seed}, true, true)[0];
    auto second = torch::autograd::grad({first.pow(2).sum()}, {x, seed});
    second.push_back(y.detach());
    second.push_back(first.detach());
    return second;
  }

  ModulePtr layer;
};

TEST(BatchNorm, with_frozen_parameters_every_derivative_is_that_of_libtorch) {
  // LibTorch's own derivative serves the layer whose parameters are trained.
  const auto expected = Normalized(false).second_order(), got = Normalized(true).second_order();
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_TRUE(at::allclose(got[i], expected[i], 1e-12, 1e-12)) << i;
}

TEST(BatchNorm, without_weight_and_bias_scales_by_the_statistics_alone) {
  const Normalized normalized(true, false);
  const auto mean = normalized.layer->named_buffers(false)["running_mean"].view({3, 1, 1});
  const auto factor = (normalized.layer->named_buffers(false)["running_var"].view({3, 1, 1}) + 1e-5).rsqrt();
  at::manual_seed(1);
  const auto x = at::randn({2, 3, 4, 5}, at::kDouble).requires_grad_();
  const auto y = binding::call(normalized.layer, {x})[0];
  EXPECT_TRUE(at::allclose(y, (x - mean) * factor, 1e-12, 1e-12));
  EXPECT_TRUE(at::allclose(torch::autograd::grad({y.sum()}, {x})[0], factor.expand_as(x), 1e-12, 1e-12));
}

}  // namespace

}  // namespace jennit
