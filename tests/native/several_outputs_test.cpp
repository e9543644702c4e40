#include <gtest/gtest.h>
#include <jennit/live.h>
#include <jennit/rule_node.h>

#include <array>

namespace jennit {

namespace {

/// Twice its float input and half of it, with the places of the largest values between them.
class Several final : public torch::nn::Module, public Callable {
 public:
  explicit Several(bool throws = false) : throws_(throws) {}
  std::string type_name() const override { return "Several"; }
  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (throws_) throw std::invalid_argument("no");
    const auto& x = inputs.at(0);
    return {x * 2, x.argmax(-1), x / 2};
  }

 private:
  bool throws_;
};

/// One of two inputs, and a constant.
class First final : public torch::nn::Module, public Callable {
 public:
  std::string type_name() const override { return "First"; }
  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override { return {at::ones({3}, at::kDouble), inputs.at(1) + 1}; }
};

class Throwing final : public Rule {
 public:
  std::string name() const override { return "Throwing"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors save(const Tensors&, const Tensors&) const override { throw std::invalid_argument("not now"); }
  Tensors relevance(const RuleCall& call) const override { return call.upper; }
};

std::shared_ptr<Rule> rule(const std::string& name) {
  Options options;
  for (const auto* prefix : {"epsilon", "stabilizer"})
    if ((name == "Epsilon") == (std::string(prefix) == "epsilon") &&
        (name == "Epsilon" || name == "Flat" || name == "Norm"))
      options.set(std::string(prefix) + ".epsilon", 0.25);
  return make_rule(name, options);
}

Tensors relevances(const std::string& name, const Tensor& x, const Tensor& above, const Tensor& below, bool recorded) {
  auto node = std::make_shared<Several>();
  node->add_hook(rule_hook(rule(name), "several", std::make_shared<RuleScope>()));
  const auto outputs = node->call({x});
  EXPECT_EQ(outputs[1].scalar_type(), at::kLong);
  EXPECT_FALSE(outputs[1].requires_grad());
  return torch::autograd::grad({outputs[0], outputs[2]}, {x}, {above, below}, recorded, recorded);
}

class SeveralOutputs : public testing::TestWithParam<bool> {};

TEST_P(SeveralOutputs, AddWhatEachHandsDown) {
  at::manual_seed(1);
  const auto x = at::randn({2, 3}, at::kDouble).requires_grad_();
  const auto above = at::randn({2, 3}, at::kDouble), below = at::randn({2, 3}, at::kDouble);
  const auto v = x.detach();
  const auto part = [](const Tensor& contribution, const Tensor& relevance) {
    return contribution / (contribution + 0.25 * contribution.sgn()) * relevance;
  };
  const std::map<std::string, Tensor> expected{
      {"Epsilon", part(v * 2, above) + part(v / 2, below)},
      {"Norm", part(v * 2, above) + part(v / 2, below)},
      {"Flat", 2 * above / 2.25 + 0.5 * below / 0.75},
      {"Pass", above + below},
      {"ReLUDeconvNet", above.clamp_min(0) + below.clamp_min(0)},
      {"ReLUGuidedBackprop", 2 * above.clamp_min(0) + 0.5 * below.clamp_min(0)},
      {"ReLUBetaSmooth", at::sigmoid(10 * v) * (above + below)},
  };
  for (const auto& [name, relevance] : expected)
    EXPECT_TRUE(at::allclose(relevances(name, x, above, below, GetParam())[0].detach(), relevance, 1e-12)) << name;
}

TEST_P(SeveralOutputs, MayBeLeftUnused) {
  const auto x = at::randn({2, 3}, at::kDouble).requires_grad_();
  auto node = std::make_shared<Several>();
  node->add_hook(rule_hook(rule("Pass"), "several", std::make_shared<RuleScope>()));
  const auto outputs = node->call({x});
  const auto below = at::randn({2, 3}, at::kDouble);
  const auto relevance = torch::autograd::grad({outputs[2]}, {x}, {below}, GetParam(), GetParam())[0];
  EXPECT_TRUE(at::equal(relevance.detach(), below));
}

INSTANTIATE_TEST_SUITE_P(, SeveralOutputs, testing::Bool());

TEST(SeveralInputs, ReceiveNothingWhereNoOutputDependsOnThem) {
  const auto a = at::randn({3}, at::kDouble).requires_grad_(), b = at::randn({3}, at::kDouble).requires_grad_();
  for (const auto* name : {"Pass", "Epsilon", "Flat", "ReLUGuidedBackprop"}) {
    auto node = std::make_shared<First>();
    node->add_hook(rule_hook(rule(name), "first", std::make_shared<RuleScope>()));
    const auto outputs = node->call({a, b});
    EXPECT_FALSE(outputs[0].requires_grad()) << name;
    const auto relevance = torch::autograd::grad({outputs[1]}, {a, b}, {at::ones({3}, at::kDouble)}, c10::nullopt,
                                                 false, /*allow_unused=*/true);
    EXPECT_FALSE(relevance[0].defined()) << name;
    EXPECT_TRUE(relevance[1].defined()) << name;
  }
}

int64_t live_rule_nodes() {
  std::array<int64_t, live::kKinds> counts;
  live::counts(counts.data());
  return counts[static_cast<size_t>(live::Kind::rule_node)];
}

TEST(RuleNode, IsCountedOnlyWhileItLives) {
  const auto before = live_rule_nodes();
  const auto x = at::randn({2, 3}, at::kDouble).requires_grad_();
  auto failing = std::make_shared<Several>();
  failing->add_hook(rule_hook(std::make_shared<Throwing>(), "several", std::make_shared<RuleScope>()));
  EXPECT_THROW(failing->call({x}), std::exception);
  auto broken = std::make_shared<Several>(/*throws=*/true);
  broken->add_hook(rule_hook(rule("Pass"), "several", std::make_shared<RuleScope>()));
  EXPECT_THROW(broken->call({x}), std::exception);
  EXPECT_EQ(live_rule_nodes(), before);
}

}  // namespace

}  // namespace jennit
