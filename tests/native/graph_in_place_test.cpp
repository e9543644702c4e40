// Graphs that write in place to what a module under a rule put out, or to a view of it, or to what they were given:
// they compute the same with rules as without.

#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include "script_fixture.h"

namespace jennit {
namespace {

class InPlaceTest : public ScriptTest, public ::testing::WithParamInterface<std::string> {
 protected:
  struct Result {
    Tensors outputs;
    Tensor gradient;
  };

  static Result run(const ModulePtr& tree) {
    torch::manual_seed(5);
    const auto x = torch::randn({3, 4}, torch::kDouble).requires_grad_();
    Result result;
    result.outputs = callable(*tree).call({x});
    auto sum = torch::zeros({}, torch::kDouble);
    for (const auto& output : result.outputs) sum = sum + (output * torch::rand_like(output)).sum();
    result.gradient = torch::autograd::grad({sum}, {x})[0];
    return result;
  }

  static void put_rule(const ModulePtr& tree, const std::string& name) {
    callable(*tree->named_children()[name])
        .add_hook(rule_hook(make_rule("Pass", Options()), name, std::make_shared<RuleScope>()));
  }

  static void expect_same(const Result& actual, const Result& expected) {
    ASSERT_EQ(actual.outputs.size(), expected.outputs.size());
    for (size_t i = 0; i < actual.outputs.size(); ++i)
      EXPECT_TRUE(actual.outputs[i].equal(expected.outputs[i])) << i << actual.outputs[i] << expected.outputs[i];
    EXPECT_TRUE(actual.gradient.allclose(expected.gradient)) << actual.gradient << expected.gradient;
  }

  /// `inner` is the identity, so that its rule hands on the gradient; `start` begins in place.
  torch::jit::Module module() {
    auto inner = script("Inner");
    inner.define("def forward(self, x):\n    return x * 1.0\n");
    auto start = script("Start");
    start.define("def forward(self, x):\n    return x.relu_() * 2.0\n");
    auto net = script("Net");
    net.register_module("inner", inner);
    net.register_module("start", start);
    return net;
  }
};

TEST_P(InPlaceTest, OutputsAndGradientsAreTheSameWithARule) {
  auto net = module();
  const auto tree = import(net, "def forward(self, x):\n    y = self.inner.forward(x)\n" + GetParam());
  const auto expected = run(tree);
  put_rule(tree, "inner");
  expect_same(run(tree), expected);
  expect_same(run(tree), expected);
}

INSTANTIATE_TEST_SUITE_P(Graphs, InPlaceTest,
                         ::testing::Values("    y[:, 0] += 10\n    return y\n",
                                           "    v = y[:, 1]\n    y.mul_(3.0)\n    return y, v\n",
                                           "    v = y[0]\n    v.relu_()\n    return y + 1.0, v\n",
                                           "    xs = [y]\n    y.add_(1.0)\n    return xs[0] * 2.0, y\n",
                                           "    t = (y, y[:, :1])\n    t[1].zero_()\n    return t[0], t[1]\n",
                                           "    d = {\"a\": y}\n    y.exp_()\n    return d[\"a\"]\n",
                                           "    y.t().mul_(2.0)\n    return y\n", "    y.add_(y)\n    return y\n",
                                           "    return self.start.forward(y) + y\n",
                                           "    v = y[:2]\n    z = self.start.forward(v)\n    return y, z, v\n",
                                           "    s = y.detach()\n    y.relu_()\n    return y * s.sum()\n"));

TEST_F(InPlaceTest, LayersInContainersOverwriteForAllWhoHoldTheirInput) {
  auto net = module();
  const auto tree =
      import(net, "def forward(self, x):\n    y = self.inner.forward(x)\n    return self.start.forward(y) + y\n");
  Options in_place;
  in_place.set("inplace", true);
  const auto chain = make_layer("Sequential", {});
  register_module(chain, "0", make_layer("ReLU", in_place));
  register_module(chain, "1", make_layer("Softplus", {}));
  replace_module(tree, "start", chain);
  const auto expected = run(tree);
  put_rule(tree, "inner");
  expect_same(run(tree), expected);
  put_rule(chain, "0");
  // The rule of the activation passes everything.
  const auto under_both = run(tree);
  EXPECT_TRUE(under_both.outputs[0].equal(expected.outputs[0]));
}

TEST_F(InPlaceTest, NamedOperationsOverwriteTheirTermToo) {
  auto net = module();
  const auto tree = import(
      net, "def forward(self, x):\n    y = self.inner.forward(x)\n    v = y[1:]\n    y += x * 2.0\n    return y, v\n",
      true);
  const auto expected = run(tree);
  put_rule(tree, "inner");
  expect_same(run(tree), expected);
}

TEST_F(InPlaceTest, MemoryAroundARulesOutputIsRefused) {
  auto part = script("Part");
  part.define("def forward(self, x):\n    return x[:, 1:]\n");
  auto net = script("Net");
  net.register_module("inner", part);
  const auto tree = import(
      net, "def forward(self, x):\n    z = x * 2.0\n    y = self.inner.forward(z)\n    y.relu_()\n    return y, z\n");
  run(tree);
  put_rule(tree, "inner");
  EXPECT_NE(refusal([&] { run(tree); }).find("put a clone() before the operation"), std::string::npos);
}

}  // namespace
}  // namespace jennit
