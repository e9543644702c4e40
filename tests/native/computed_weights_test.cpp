// Layers whose weights a graph is given, or computes: they are found, and their rules see the weights of each call.

#include <jennit/graph.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include "script_fixture.h"

namespace jennit {
namespace {

void put_rule(torch::nn::Module& module, const std::string& rule, const std::string& path) {
  callable(module).add_hook(rule_hook(make_rule(rule, Options()), path, std::make_shared<RuleScope>()));
}

Tensor relevance(const ModulePtr& tree, const Tensor& input) {
  const auto x = input.detach().requires_grad_();
  const auto output = one(callable(*tree).call({x}));
  return torch::autograd::grad({output}, {x}, {torch::ones_like(output)})[0];
}

/// Of output ones under Epsilon, as gradients are: without the factor of the input.
Tensor epsilon_of_linear(const Tensor& x, const Tensor& weight, const Tensor& bias) {
  const auto z = torch::matmul(x, weight.t()) + bias;
  const auto stabilized = z + 1e-6 * torch::where(z >= 0, torch::ones_like(z), -torch::ones_like(z));
  return x * torch::matmul(1 / stabilized, weight);
}

class ComputedWeightsTest : public ScriptTest {
 protected:
  static torch::jit::Module owner(const std::string& type) {
    auto module = layer(type);
    module.register_parameter("weight", torch::randn({4, 4}, torch::kDouble), false);
    module.register_parameter("bias", torch::randn({4}, torch::kDouble), false);
    return module;
  }
  const Tensor x_ = torch::randn({3, 4}, torch::kDouble);
};

TEST_F(ComputedWeightsTest, LayersThatStandUnderTwoNamesAreLayersUnderBoth) {
  auto called = layer("linear.Linear");
  called.define("def forward(self, x, weight, bias):\n    return torch.linear(x, weight, bias)\n");
  auto net = script("Net");
  const auto held = owner("linear.Linear");
  net.register_module("held", held);
  net.register_module("first", called);
  net.register_module("second", called.clone());
  const auto tree = import(net, R"(
def forward(self, x):
    w = self.held.weight
    b = self.held.bias
    y = self.first.forward(x, w, b)
    return self.second.forward(torch.relu(y), w, b)
)");
  EXPECT_TRUE(one(callable(*tree).call({x_})).equal(net.forward({x_}).toTensor()));
  const auto first = tree->named_children()["first"];
  ASSERT_EQ(children(*first), std::vector<std::string>{"linear_1"});
  ASSERT_EQ(children(*tree->named_children()["second"]), std::vector<std::string>{"linear_1"});
  auto& found = callable(*first->children()[0]);
  EXPECT_EQ(found.extra_repr(), "in_features=4, out_features=4, bias=True");
  const auto before = callable(*tree).parameter("weight");
  EXPECT_TRUE(found.parameter("weight").is_same(*callable(*tree->named_children()["held"]).own_parameter("weight")));
  EXPECT_EQ(tree->named_parameters().size(), 2U);

  // The first alone: its rule takes the place of the gradient.
  const auto y = torch::linear(x_, found.parameter("weight"), found.parameter("bias"));
  put_rule(*first->children()[0], "Epsilon", "first.linear_1");
  const auto output = one(callable(*first).call({x_, found.parameter("weight"), found.parameter("bias")}));
  EXPECT_TRUE(output.equal(y));
  const auto leaf = x_.detach().requires_grad_();
  const auto answer = one(callable(*first).call({leaf, found.parameter("weight"), found.parameter("bias")}));
  const auto actual = torch::autograd::grad({answer}, {leaf}, {torch::ones_like(answer)})[0];
  EXPECT_TRUE(actual.allclose(epsilon_of_linear(x_, found.parameter("weight"), found.parameter("bias"))));
}

TEST_F(ComputedWeightsTest, WeightNormIsALayerWithTheWeightOfEachCall) {
  auto convolution = layer("conv.Conv1d");
  convolution.register_parameter("weight_v", torch::randn({5, 2, 3}, torch::kDouble).requires_grad_(), false);
  convolution.register_parameter("weight_g", torch::rand({5, 1, 1}, torch::kDouble).requires_grad_(), false);
  convolution.define(
      "def forward(self, x, weight):\n    return torch._convolution(x, weight, None, [1], [1], [1], False, [0], 1, "
      "False, False, True, True)\n");
  auto net = script("Net");
  net.register_module("c", convolution);
  const auto tree = import(net, R"(
def forward(self, x):
    return self.c.forward(x, torch._weight_norm(self.c.weight_v, self.c.weight_g, 0))
)");
  const auto inner = tree->named_children()["c"];
  ASSERT_EQ(children(*inner), std::vector<std::string>{"conv1d_1"});
  EXPECT_EQ(callable(*inner->children()[0]).extra_repr(),
            "2, 5, kernel_size=(3,), stride=(1,), padding=(1,), bias=False");
  put_rule(*inner->children()[0], "ZPlus", "c.conv1d_1");
  const auto x = torch::randn({2, 2, 7}, torch::kDouble);

  const auto v = *callable(*inner).own_parameter("weight_v"), g = *callable(*inner).own_parameter("weight_g");
  for (int i = 0; i < 2; ++i) {
    Options options;
    for (const auto& [name, value] : {std::pair{"in_channels", 2}, {"out_channels", 5}, {"kernel_size", 3}})
      options.set(name, int64_t{value});
    options.set("padding", int64_t{1});
    options.set("bias", false);
    const auto plain = make_layer("Conv1d", options);
    const auto weight = torch::_weight_norm(v, g, 0).detach();
    *callable(*plain).own_parameter("weight") = weight;
    put_rule(*plain, "ZPlus", "plain");
    EXPECT_TRUE(one(callable(*tree).call({x})).allclose(torch::conv1d(x, weight, {}, 1, 1)));
    EXPECT_TRUE(relevance(tree, x).allclose(relevance(plain, x)));
    // The weight of a call is no stale copy.
    torch::NoGradGuard unrecorded;
    v.mul_(-0.5).add_(0.1);
  }
  const auto output = one(callable(*tree).call({x}));
  const auto gradients = torch::autograd::grad({output.pow(2).sum()}, {v, g});
  const auto expected =
      torch::autograd::grad({torch::conv1d(x, torch::_weight_norm(v, g, 0), {}, 1, 1).pow(2).sum()}, {v, g});
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(gradients[i].allclose(expected[i])) << i;

  // A relevance that is differentiated reaches them too.
  const auto leaf = x.clone().requires_grad_();
  const auto again = one(callable(*tree).call({leaf}));
  const auto recorded = torch::autograd::grad({again}, {leaf}, {torch::ones_like(again)}, true, true)[0];
  EXPECT_GT(torch::autograd::grad({recorded.pow(2).sum()}, {v})[0].abs().max().item<double>(), 0);
}

TEST_F(ComputedWeightsTest, WeightsThatAModuleOfItsOwnComputesAreFound) {
  auto parametrization = script("ParametrizationList");
  parametrization.register_parameter("original0", torch::rand({4, 1}, torch::kDouble), false);
  parametrization.register_parameter("original1", torch::randn({4, 4}, torch::kDouble), false);
  parametrization.define("def forward(self):\n    return torch._weight_norm(self.original1, self.original0, 0)\n");
  auto linear = script("ParametrizedLinear");
  linear.register_parameter("bias", torch::randn({4}, torch::kDouble), false);
  linear.register_module("parametrization", parametrization);
  const auto tree = import(
      linear, "def forward(self, x):\n    return torch.linear(x, self.parametrization.forward(), self.bias)\n", true);
  ASSERT_EQ(children(*tree), (std::vector<std::string>{"parametrization", "linear_1"}));
  const auto weight = torch::_weight_norm(parametrization.attr("original1").toTensor(),
                                          parametrization.attr("original0").toTensor(), 0);
  put_rule(*tree->children()[1], "Epsilon", "linear_1");
  EXPECT_TRUE(relevance(tree, x_).allclose(epsilon_of_linear(x_, weight, linear.attr("bias").toTensor())));
}

class LinearMapTest : public ComputedWeightsTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(LinearMapTest, ProductsWithAMatrixAreLinearLayers) {
  auto net = owner("Net");
  net.register_parameter("u", net.attr("weight").toTensor().t().clone(), false);
  const auto tree = import(net, "def forward(self, x):\n    " + GetParam(), true);
  ASSERT_EQ(children(*tree), std::vector<std::string>{"linear_1"});
  EXPECT_EQ(callable(*tree->children()[0]).type_name(), "Linear");
  const auto weight = net.attr("weight").toTensor();
  const bool has_bias = GetParam().find("bias") != std::string::npos;
  const auto bias = has_bias ? net.attr("bias").toTensor() : torch::zeros({4}, torch::kDouble);
  EXPECT_TRUE(one(callable(*tree).call({x_})).allclose(net.forward({x_}).toTensor()));
  put_rule(*tree->children()[0], "Epsilon", "linear_1");
  EXPECT_TRUE(relevance(tree, x_).allclose(epsilon_of_linear(x_, weight, bias)));
}

INSTANTIATE_TEST_SUITE_P(Ways, LinearMapTest,
                         ::testing::Values("return torch.matmul(x, self.weight.t()) + self.bias\n",
                                           "return self.bias + torch.matmul(x, self.weight.transpose(-1, -2))\n",
                                           "return torch.addmm(self.bias, x, self.u)\n", "return torch.mm(x, self.u)\n",
                                           "return torch.matmul(x, self.u)\n",
                                           "y = torch.matmul(x, self.weight.t())\n    y += self.bias\n    return y\n"));

TEST_F(ComputedWeightsTest, TheGraphTellsWhatFollowsALayerDirectly) {
  const auto net = [&](const std::string& body) {
    auto module = script("Net");
    module.register_module("a", script("A"));
    module.register_module("b", script("B"));
    for (const auto* name : {"a", "b"})
      module.attr(name).toModule().define("def forward(self, x):\n    return x * 2\n");
    const auto tree = import(module, "def forward(self, x):\n    " + body);
    return graph::follows_directly(*tree, "a", "b");
  };
  EXPECT_TRUE(net("return self.b.forward(self.a.forward(x))\n"));
  EXPECT_FALSE(net("return self.b.forward(torch.relu(self.a.forward(x)))\n"));
  EXPECT_FALSE(net("y = self.a.forward(x)\n    return self.b.forward(y) + y\n"));
  EXPECT_FALSE(net("y = self.a.forward(x)\n    return self.b.forward(y) + self.a.forward(y)\n"));
  EXPECT_FALSE(net("y = self.b.forward(x)\n    return self.a.forward(y)\n"));
  EXPECT_FALSE(net("y = self.a.forward(x)\n    if bool(x.sum() > 0):\n        y = self.b.forward(y)\n    return y\n"));
}

}  // namespace
}  // namespace jennit
