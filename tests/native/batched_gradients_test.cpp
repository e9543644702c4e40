#include <gtest/gtest.h>
#include <jennit/batched_gradients.h>
#include <jennit/hooks.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <torch/csrc/autograd/functions/utils.h>

namespace jennit {

namespace {

Options options_of(const std::string& type) {
  Options options;
  if (type == "Linear") {
    options.set("in_features", 12);
    options.set("out_features", 7);
  } else if (type == "BatchNorm2d") {
    options.set("num_features", 4);
  } else if (type == "MaxPool2d" || type == "AvgPool2d") {
    options.set("kernel_size", 2);
  } else if (type == "AdaptiveAvgPool2d") {
    options.set("output_size", 2);
  } else if (type == "Conv2d" || type == "ConvTranspose2d") {
    options.set("in_channels", 4);
    options.set("out_channels", 6);
    options.set("kernel_size", 3);
    options.set("stride", 2);
    options.set("groups", 2);
  }
  return options;
}

ModulePtr layer(const std::string& type) {
  auto module = make_layer(type, options_of(type));
  module->to(at::kDouble);
  module->eval();
  return module;
}

Tensor input_of(const std::string& type) {
  return at::randn(type == "Linear" ? std::vector<int64_t>{5, 12} : std::vector<int64_t>{3, 4, 9, 8}, at::kDouble);
}

/// One after the other, by LibTorch itself.
Tensor one_by_one(const Tensor& output, const Tensor& input, const Tensor& gradients) {
  Tensors results;
  for (const auto& gradient : gradients.unbind())
    results.push_back(torch::autograd::grad({output}, {input}, {gradient}, true)[0]);
  return at::stack(results);
}

/// Counts the passes that reach it.
class Counted final : public Rule {
 public:
  std::string name() const override { return "Counted"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override {
    ++passes;
    return call.upper;
  }
  mutable int passes = 0;
};

void expect_close(const Tensor& actual, const Tensor& expected) {
  ASSERT_EQ(actual.sizes(), expected.sizes());
  EXPECT_LE((actual - expected).abs().max().item<double>(), 1e-11 * expected.abs().max().item<double>());
}

using Case = std::tuple<const char*, const char*, bool>;

class BatchedRules : public testing::TestWithParam<Case> {};

TEST_P(BatchedRules, GiveWhatOneAfterTheOtherGives) {
  const auto [type, rule, after_relu] = GetParam();
  at::manual_seed(9);
  const auto module = layer(type);
  Options options;
  if (std::string(rule) == "ZBox") {
    options.set("low", at::full({}, -4.0, at::kDouble));
    options.set("high", at::full({}, 4.0, at::kDouble));
  }
  const auto scope = std::make_shared<RuleScope>();
  scope->check_finite = true;
  callable(*module).add_hook(rule_hook(make_rule(rule, options), "layer", scope));
  const auto data = input_of(type);
  const auto x = (after_relu ? data.relu() : data).requires_grad_();
  const auto last = layer("Identity");
  const auto counted = std::make_shared<Counted>();
  callable(*last).add_hook(rule_hook(counted, "last", scope));
  const auto output = callable(*last).call(callable(*module).call({x})).at(0);
  auto sizes = output.sizes().vec();
  sizes.insert(sizes.begin(), 4);
  const auto gradients = at::randn(sizes, at::kDouble);
  const auto actual = batched_gradients({output}, {x}, {gradients}, false, false)[0];
  EXPECT_EQ(counted->passes, 1);
  expect_close(actual, one_by_one(output, x, gradients));
}

INSTANTIATE_TEST_SUITE_P(OfProducts, BatchedRules,
                         testing::Combine(testing::Values("Linear", "Conv2d", "ConvTranspose2d"),
                                          testing::Values("Epsilon", "ZPlus", "AlphaBeta", "Gamma", "ZBox", "WSquare",
                                                          "Flat", "Norm"),
                                          testing::Bool()));
INSTANTIATE_TEST_SUITE_P(OfOtherLayers, BatchedRules,
                         testing::Combine(testing::Values("ReLU", "Softplus", "BatchNorm2d", "MaxPool2d", "AvgPool2d",
                                                          "AdaptiveAvgPool2d"),
                                          testing::Values("Epsilon", "Norm"), testing::Bool()));
INSTANTIATE_TEST_SUITE_P(OfActivations, BatchedRules,
                         testing::Combine(testing::Values("ReLU"),
                                          testing::Values("ReLUDeconvNet", "ReLUGuidedBackprop", "ReLUBetaSmooth",
                                                          "Pass"),
                                          testing::Values(false)));

/// Counts the passes that go through it.
class Counter : public Callback {
 public:
  Tensors call(Tensors first, Tensors, Tensors) override {
    ++passes;
    // What is handed to Java has values.
    for (const auto& tensor : first) EXPECT_NO_THROW(tensor.sum().item<double>());
    return {};
  }
  std::shared_ptr<void> pin() override { return nullptr; }
  int passes = 0;
};

TEST(BatchedGradients, GoOneByOneThroughTheUsersHooks) {
  at::manual_seed(2);
  const auto module = layer("Linear");
  const auto counter = std::make_shared<Counter>();
  callable(*module).add_hook(full_backward_hook(counter));
  const auto x = at::randn({5, 12}, at::kDouble).requires_grad_();
  const auto output = callable(*module).call({x}).at(0);
  const auto gradients = at::randn({3, 5, 7}, at::kDouble);
  const auto result = batched_gradients({output}, {x}, {gradients}, false, false)[0];
  EXPECT_EQ(counter->passes, 3);
  expect_close(result, gradients.matmul(module->named_parameters()["weight"].detach()));
}

TEST(BatchedGradients, AreUndefinedForWhatWasNotUsed) {
  const auto x = at::randn({2, 3}).requires_grad_(), unused = at::randn({2}).requires_grad_();
  const auto results = batched_gradients({x.exp()}, {x, unused}, {at::ones({4, 2, 3})}, false, true);
  expect_close(results[0], x.detach().exp().expand({4, 2, 3}));
  EXPECT_FALSE(results[1].defined());
}

TEST(BatchedGradients, RefuseOtherShapes) {
  const auto x = at::randn({2, 3}).requires_grad_();
  const auto output = x.exp();
  for (const auto& wrong : {at::ones({2, 3}), at::ones({4, 3, 2}), at::ones({0, 2, 3}), at::ones({}), Tensor()})
    EXPECT_THROW(batched_gradients({output}, {x}, {wrong}, false, false), std::invalid_argument);
  EXPECT_THROW(batched_gradients({output}, {x}, {}, false, false), std::invalid_argument);
}

}  // namespace

}  // namespace jennit
