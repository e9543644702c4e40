#include <gtest/gtest.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

namespace jennit {

namespace {

ModulePtr layer(const std::string& type) {
  Options options;
  if (type == "Linear") {
    options.set("in_features", 12);
    options.set("out_features", 7);
  } else {
    options.set("in_channels", 4);
    options.set("out_channels", 6);
    options.set("kernel_size", 3);
    options.set("stride", 2);
    options.set("groups", 2);
  }
  auto module = make_layer(type, options);
  module->to(at::kDouble);
  return module;
}

/// The relevance of a layer's input under a rule, recorded or not.
Tensor relevance(const ModulePtr& module, const std::string& rule, const Tensor& x, const Tensor& upper,
                 bool recorded) {
  const auto id =
      callable(*module).add_hook(rule_hook(make_rule(rule, Options()), "layer", std::make_shared<RuleScope>()));
  const auto input = x.detach().requires_grad_();
  const auto output = callable(*module).call({input}).at(0);
  const auto result = torch::autograd::grad({output}, {input}, {upper}, recorded, recorded)[0].detach();
  callable(*module).remove(id);
  return result;
}

using Case = std::tuple<const char*, const char*, bool, bool>;

/// What runs unrecorded takes other ways than what is recorded: for inputs without negative values, and where relevance
/// stands above zero alone, it needs fewer products.
class FusedRules : public testing::TestWithParam<Case> {};

TEST_P(FusedRules, GiveWhatRecordedOnesGive) {
  const auto [type, rule, after_relu, before_relu] = GetParam();
  at::manual_seed(9);
  const auto module = layer(type);
  auto x = at::randn(std::string(type) == "Linear" ? std::vector<int64_t>{5, 12} : std::vector<int64_t>{3, 4, 9, 8},
                     at::kDouble);
  if (after_relu) x = x.relu();
  const auto z = callable(*module).call({x}).at(0).detach();
  auto upper = at::randn_like(z);
  if (before_relu) upper = upper * z.gt(0);
  const auto expected = relevance(module, rule, x, upper, true);
  const auto actual = relevance(module, rule, x, upper, false);
  EXPECT_LE((actual - expected).abs().max().item<double>(), 1e-11 * expected.abs().max().item<double>());
}

INSTANTIATE_TEST_SUITE_P(, FusedRules,
                         testing::Combine(testing::Values("Linear", "Conv2d", "ConvTranspose2d"),
                                          testing::Values("Epsilon", "ZPlus", "AlphaBeta", "Gamma", "WSquare", "Flat"),
                                          testing::Bool(), testing::Bool()));

// Where hardly anything is negative, the difference of output and positive part has no digits left in float.
TEST(FusedAlphaBeta, KeepsItsDigitsWhereTheNegativePartIsTiny) {
  at::manual_seed(4);
  const auto module = layer("Linear");
  const auto weight = module->named_parameters()["weight"];
  {
    at::NoGradGuard guard;
    weight.copy_(at::rand_like(weight) + 0.5);
    weight.select(1, 0).fill_(-3e-5);
    module->named_parameters()["bias"].zero_();
  }
  const auto x = at::rand({5, 12}, at::kDouble) + 0.1, upper = at::rand({5, 7}, at::kDouble);
  const auto expected = relevance(module, "AlphaBeta", x, upper, true);
  module->to(at::kFloat);
  const auto actual = relevance(module, "AlphaBeta", x.to(at::kFloat), upper.to(at::kFloat), false).to(at::kDouble);
  EXPECT_LE(((actual - expected) / expected).abs().max().item<double>(), 1e-4);
}

}  // namespace

}  // namespace jennit
