// Recurrent layers of TorchScript files, scripted and traced, are the layers of that name.

#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include "script_fixture.h"

namespace jennit {
namespace {

/// A layer, and how LibTorch's operator is written down.
struct Written {
  std::string type, operation;
  bool has_cell_state;
};

class ScriptRecurrentTest : public ScriptTest, public ::testing::WithParamInterface<Written> {
 protected:
  ScriptRecurrentTest() {
    Options options;
    options.set("input_size", int64_t{3});
    options.set("hidden_size", int64_t{4});
    options.set("num_layers", int64_t{2});
    options.set("bidirectional", true);
    options.set("batch_first", true);
    built_ = make_layer(GetParam().type, options);
    built_->to(torch::kDouble);
    for (const auto& parameter : built_->named_parameters()) weights_ += "self." + parameter.key() + ", ";
    zeros_ = "    z = torch.zeros([4, x.size(0), 4], dtype=7)\n";
  }

  /// The class of torch.nn with the weights of the layer that was built.
  torch::jit::Module written() {
    auto module = layer("rnn." + GetParam().type);
    for (const auto& parameter : built_->named_parameters())
      module.register_parameter(parameter.key(), parameter.value().detach().clone(), false);
    return module;
  }

  std::string call() const {
    const std::string states = GetParam().has_cell_state ? "[z, z]" : "z";
    return "torch." + GetParam().operation + "(x, " + states + ", [" + weights_ +
           "], True, 2, 0.0, self.training, True, True)\n";
  }

  static Tensor relevance(const ModulePtr& tree, const Tensor& input, torch::nn::Module& ruled) {
    callable(ruled).add_hook(
        rule_hook(make_rule("RecurrentEpsilon", Options()), "recurrent", std::make_shared<RuleScope>()));
    const auto x = input.detach().requires_grad_();
    const auto output = callable(*tree).call({x})[0];
    return torch::autograd::grad({output}, {x}, {torch::ones_like(output)})[0];
  }

  void expect_same(const ModulePtr& tree, const ModulePtr& found) {
    EXPECT_EQ(callable(*found).type_name(), GetParam().type);
    EXPECT_EQ(callable(*found).extra_repr(), "3, 4, num_layers=2, batch_first=True, bidirectional=True");
    EXPECT_TRUE(callable(*tree).call({x_})[0].allclose(callable(*built_).call({x_})[0]));
    EXPECT_TRUE(relevance(tree, x_, *found).allclose(relevance(built_, x_, *built_)));
  }

  ModulePtr built_;
  std::string weights_, zeros_;
  const Tensor x_ = torch::randn({2, 5, 3}, torch::kDouble);
};

TEST_P(ScriptRecurrentTest, TracedLayersAreNamedInTheirModule) {
  auto module = written();
  auto net = script("Net");
  module.define("def forward(self, x):\n" + zeros_ + "    results = " + call() + "    return results[0]\n");
  net.register_module("recurrent", module);
  const auto tree = import(net, "def forward(self, x):\n    return self.recurrent.forward(x) * 1.0\n");
  const auto inner = tree->named_children()["recurrent"];
  ASSERT_EQ(children(*inner), std::vector<std::string>{GetParam().operation + "_1"});
  EXPECT_EQ(tree->named_parameters().size(), built_->named_parameters().size());
  expect_same(tree, inner->children()[0]);
}

TEST_P(ScriptRecurrentTest, ScriptedLayersAreLayers) {
  auto module = written();
  for (const auto& [name, value] :
       {std::pair{"input_size", 3}, {"hidden_size", 4}, {"num_layers", 2}, {"proj_size", 0}})
    module.register_attribute(name, c10::IntType::get(), int64_t{value});
  for (const auto& [name, value] : {std::pair{"bias", true}, {"batch_first", true}, {"bidirectional", true}})
    module.register_attribute(name, c10::BoolType::get(), value);
  module.register_attribute("dropout", c10::FloatType::get(), 0.0);
  const bool cell = GetParam().has_cell_state;
  const std::string states = cell ? "Tuple[Tensor, Tensor]" : "Tensor";
  module.define("def forward__0(self, x, hx: Optional[" + states + "] = None) -> Tuple[Tensor, " + states + "]:\n" +
                zeros_ + "    r = " + call() + "    return r[0], " + (cell ? "(r[1], r[2])" : "r[1]") + "\n");
  auto net = script("Net");
  net.register_module("recurrent", module);
  const std::string body = cell ? "    y, (h, c) = self.recurrent.forward__0(x)\n    return y, h, c\n"
                                : "    y, h = self.recurrent.forward__0(x)\n    return y, h\n";
  const auto tree = import(net, "def forward(self, x):\n" + body);
  const auto found = tree->named_children()["recurrent"];
  const auto actual = callable(*tree).call({x_}), expected = callable(*built_).call({x_});
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i) EXPECT_TRUE(actual[i].allclose(expected[i])) << i;
  expect_same(tree, found);
}

INSTANTIATE_TEST_SUITE_P(Layers, ScriptRecurrentTest,
                         ::testing::Values(Written{"LSTM", "lstm", true}, Written{"GRU", "gru", false},
                                           Written{"RNN", "rnn_tanh", false}));

}  // namespace
}  // namespace jennit
