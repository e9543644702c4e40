// Functional operations of TorchScript files as named layers.

#include <jennit/layers.h>
#include <jennit/tree.h>

#include "script_fixture.h"

namespace jennit {
namespace {

TEST_F(ScriptTest, FunctionalOperationsBecomeChildrenInTheOrderOfTheGraph) {
  auto module = script("Net");
  module.register_parameter("weight", torch::randn({4, 3, 3, 3}), false);
  module.register_parameter("bias", torch::randn({4}), false);
  module.register_parameter("head", torch::randn({5, 4}), false);
  module.register_buffer("mean", torch::randn({4}));
  module.register_buffer("var", torch::rand({4}) + 0.5);
  const std::string forward = R"(
def forward(self, x):
    y = torch.conv2d(x, self.weight, self.bias, [1, 1], [1, 1])
    y = torch.batch_norm(y, None, None, self.mean, self.var, False, 0.1, 1e-5, True)
    z = torch.relu(y)
    z += y
    z = torch.relu_(z)
    z = torch.max_pool2d(z, [2, 2])
    z = torch.adaptive_avg_pool2d(z, [1, 1])
    z = torch.dropout(torch.flatten(z, 1), 0.5, False)
    return torch.softmax(torch.linear(z, self.head), 1)
)";
  const auto tree = import(module, forward, true);
  const std::vector<std::string> names = {"conv2d_1",     "batch_norm_1",          "relu_1",    "add_1",     "relu_2",
                                          "max_pool2d_1", "adaptive_avg_pool2d_1", "flatten_1", "dropout_1", "linear_1",
                                          "softmax_1"};
  EXPECT_EQ(children(*tree), names);
  EXPECT_EQ(callable(*tree->named_children()["batch_norm_1"]).type_name(), "BatchNorm2d");
  EXPECT_EQ(callable(*tree->named_children()["add_1"]).type_name(), "Sum");
  EXPECT_EQ(tree->named_parameters().keys(), (std::vector<std::string>{"weight", "bias", "head"}));
  EXPECT_EQ(tree->named_buffers().keys(), (std::vector<std::string>{"mean", "var"}));

  const auto x = torch::randn({2, 3, 6, 6});
  const auto expected = module.forward({x}).toTensor();
  EXPECT_TRUE(one(callable(*tree).call({x})).allclose(expected, 1e-6, 1e-7));
  // Weights are the module's own, so that a conversion reaches them.
  tree->to(torch::kDouble);
  EXPECT_TRUE(one(callable(*tree).call({x.to(torch::kDouble)})).allclose(expected.to(torch::kDouble), 1e-5, 1e-6));
  replace_module(tree, "softmax_1", make_layer("Identity", {}));
  EXPECT_FALSE(one(callable(*tree).call({x.to(torch::kDouble)})).allclose(expected.to(torch::kDouble), 1e-5, 1e-6));
}

/// One operator in a graph, and the layer that it is to become.
struct Functional {
  const char* call;
  const char* name;
  const char* layer;
};

class FunctionalTest : public ScriptTest, public ::testing::WithParamInterface<Functional> {
 protected:
  /// A module with weights for every kind of layer.
  static torch::jit::Module weighted() {
    auto module = script("Net");
    for (const auto* name : {"a", "b"}) module.register_parameter(name, torch::randn({4}), false);
    module.register_buffer("mean", torch::randn({4}));
    module.register_buffer("var", torch::rand({4}) + 0.5);
    module.register_parameter("w", torch::randn({4, 4}), false);
    module.register_parameter("w1", torch::randn({4, 2, 3}), false);
    module.register_parameter("w2", torch::randn({4, 4, 3, 3}), false);
    module.register_parameter("w3", torch::randn({4, 4, 1, 1, 1}), false);
    return module;
  }
};

TEST_P(FunctionalTest, BecomesALayerThatDoesTheSameAndCanBeSwapped) {
  auto module = weighted();
  const std::string call = GetParam().call;
  const auto tree = import(module, "def forward(self, x):\n    y = x.clone()\n    return " + call + "\n", true);
  ASSERT_EQ(children(*tree), std::vector<std::string>{GetParam().name});
  const auto& layer = callable(*tree->children()[0]);
  EXPECT_EQ(layer.type_name() + "(" + layer.extra_repr() + ")", GetParam().layer);
  EXPECT_EQ(tree->named_parameters().size(), 6U) << "weights keep the names of the file, and no others";

  const int64_t spatial = call.find("1d") != std::string::npos ? 1 : call.find("3d") != std::string::npos ? 3 : 2;
  std::vector<int64_t> shape(static_cast<size_t>(spatial) + 2, 4);
  const auto x = torch::randn(shape);
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(module.forward({x}).toTensor()));
  replace_module(tree, GetParam().name, make_layer("Identity", {}));
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(x));
}

INSTANTIATE_TEST_SUITE_P(
    Operators, FunctionalTest,
    ::testing::Values(
        Functional{"torch.relu(y)", "relu_1", "ReLU()"}, Functional{"torch.relu_(y)", "relu_1", "ReLU(inplace=True)"},
        Functional{"torch.relu6(y)", "relu6_1", "ReLU6()"},
        Functional{"torch.hardtanh(y, 0, 6)", "hardtanh_1", "Hardtanh(min_val=0.0, max_val=6.0)"},
        Functional{"torch.sigmoid(y)", "sigmoid_1", "Sigmoid()"}, Functional{"y.tanh()", "tanh_1", "Tanh()"},
        Functional{"torch.gelu(y, approximate=\"tanh\")", "gelu_1", "GELU(approximate='tanh')"},
        Functional{"torch.silu(y)", "silu_1", "SiLU()"}, Functional{"torch.hardswish(y)", "hardswish_1", "Hardswish()"},
        Functional{"torch.hardsigmoid(y)", "hardsigmoid_1", "Hardsigmoid()"},
        Functional{"torch.leaky_relu_(y, 0.25)", "leaky_relu_1", "LeakyReLU(negative_slope=0.25, inplace=True)"},
        Functional{"torch.elu(y, 0.5)", "elu_1", "ELU(alpha=0.5)"},
        Functional{"torch.softplus(y, 2)", "softplus_1", "Softplus(beta=2.0, threshold=20.0)"},
        Functional{"torch.softmax(y, 1)", "softmax_1", "Softmax(dim=1)"},
        Functional{"torch.log_softmax(y, -1)", "log_softmax_1", "LogSoftmax(dim=-1)"},
        Functional{"torch.dropout(y, 0.25, self.training)", "dropout_1", "Dropout(p=0.25, inplace=False)"},
        Functional{"torch.mean(y, [1, 2], True)", "mean_1", "Mean(dim=(1, 2), keepdim=True)"},
        Functional{"torch.mean(y)", "mean_1", "Mean(keepdim=False)"},
        Functional{"torch.layer_norm(y, [4], self.a, self.b)", "layer_norm_1",
                   "LayerNorm((4,), eps=1e-05, elementwise_affine=True)"},
        Functional{"torch.rms_norm(y, [4], self.a)", "rms_norm_1", "RMSNorm((4,), eps=None, elementwise_affine=True)"},
        Functional{"torch.group_norm(y, 2, self.a, self.b)", "group_norm_1", "GroupNorm(2, 4, eps=1e-05, affine=True)"},
        Functional{"torch.flatten(y, 0, -1)", "flatten_1", "Flatten(start_dim=0, end_dim=-1)"},
        Functional{"torch.linear(y, self.w, self.b)", "linear_1", "Linear(in_features=4, out_features=4, bias=True)"},
        Functional{"torch.max_pool2d(y, [2, 2], [], [1, 1])", "max_pool2d_1",
                   "MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(1, 1), dilation=(1, 1), ceil_mode=False)"},
        Functional{"torch.avg_pool1d(y, [3], [1])", "avg_pool1d_1",
                   "AvgPool1d(kernel_size=(3,), stride=(1,), padding=(0,))"},
        Functional{"torch.adaptive_avg_pool3d(y, [1, 2, 1])", "adaptive_avg_pool3d_1",
                   "AdaptiveAvgPool3d(output_size=(1, 2, 1))"},
        Functional{"torch.conv1d(y, self.w1, None, 1, 1, 1, 2)", "conv1d_1",
                   "Conv1d(4, 4, kernel_size=(3,), stride=(1,), padding=(1,), groups=2, bias=False)"},
        Functional{"torch.conv2d(y, self.w2, self.b, padding=\"same\")", "conv2d_1",
                   "Conv2d(4, 4, kernel_size=(3, 3), stride=(1, 1), padding=same)"},
        Functional{"torch.conv3d(y, self.w3)", "conv3d_1",
                   "Conv3d(4, 4, kernel_size=(1, 1, 1), stride=(1, 1, 1), bias=False)"},
        Functional{"torch.conv_transpose2d(y, self.w2, self.b, [2, 2])", "conv_transpose2d_1",
                   "ConvTranspose2d(4, 4, kernel_size=(3, 3), stride=(2, 2))"},
        Functional{"torch._convolution(y, self.w3, self.b, [1, 1, 1], [0, 0, 0], [1, 1, 1], False, [0, 0, 0], 1, "
                   "False, False, True)  # 3d",
                   "conv3d_1", "Conv3d(4, 4, kernel_size=(1, 1, 1), stride=(1, 1, 1))"}));

TEST_F(FunctionalTest, BatchNormsTakeTheirDimensionsFromWhatIsAround) {
  const auto type_after = [&](const std::string& before, const std::string& after = "y") {
    auto inner = weighted();
    inner.define("def forward(self, x, y):\n    return y, torch.conv3d(x, self.w3)\n");
    auto chain = weighted();
    chain.define("def forward(self, x):\n    return torch.relu(x)\n");
    auto module = weighted();
    module.register_module("chain", chain);
    const auto tree =
        import(module,
               "def forward(self, x):\n    y = " + before +
                   "\n    y = torch.batch_norm(y, self.a, self.b, self.mean, self.var, False, 0.1, 1e-5, True)\n"
                   "    return " +
                   after + "\n",
               true);
    const auto nodes = tree->named_children();
    const auto* layer = nodes.find("batch_norm_1");
    return layer ? callable(**layer).type_name() : "none";
  };
  EXPECT_EQ(type_after("torch.linear(x, self.w)"), "BatchNorm1d");
  EXPECT_EQ(type_after("torch.flatten(torch.conv2d(x, self.w2), 1)"), "BatchNorm1d");
  EXPECT_EQ(type_after("torch.conv1d(x, self.w1)"), "BatchNorm1d");
  EXPECT_EQ(type_after("torch.relu(torch.avg_pool3d(x, 2)) + 1.0"), "BatchNorm3d");
  EXPECT_EQ(type_after("torch.cat([torch.conv2d(x, self.w2), x], 1)"), "BatchNorm2d");
  EXPECT_EQ(type_after("self.chain.forward(torch.conv3d(x, self.w3))"), "BatchNorm3d");
  EXPECT_EQ(type_after("torch.max_pool2d(x, 2) if x.dim() == 4 else x"), "BatchNorm2d");
  EXPECT_EQ(type_after("x", "torch.conv2d(torch.relu(y), self.w2)"), "BatchNorm2d");
  // Nothing tells: it is computed all the same.
  EXPECT_EQ(type_after("x.permute([0, 1])"), "none");
}

TEST_F(FunctionalTest, WhatMixesSplitsOrScalesHasAName) {
  const auto named = [&](const std::string& expression) {
    auto module = weighted();
    const auto tree =
        import(module, "def forward(self, x, y):\n    z = torch.tanh(y)\n    return " + expression + "\n", true);
    const auto x = torch::rand({4, 4}), y = torch::rand({4, 4});
    const auto expected = module.forward({x, y}).toTensor();
    EXPECT_TRUE(one(callable(*tree).call({x, y})).allclose(expected, 1e-5, 1e-6)) << expression;
    std::string all;
    for (const auto& child : tree->named_children())
      if (child.key() != "tanh_1") all += child.key() + " " + callable(*child.value()).type_name() + " ";
    return all;
  };
  EXPECT_EQ(named("x * z"), "mul_1 Mul ");
  EXPECT_EQ(named("0.5 * x"), "mul_1 Mul ");
  EXPECT_EQ(named("x * self.b"), "mul_1 Mul ");
  EXPECT_EQ(named("x / 2"), "div_1 Mul ");
  EXPECT_EQ(named("x / (z + 2.0)"), "div_1 Mul ");
  EXPECT_EQ(named("x - z"), "sub_1 Sum ");
  EXPECT_EQ(named("torch.sub(x, z, alpha=3)"), "sub_1 Sum ");
  EXPECT_EQ(named("torch.cat([x, z], -1)"), "cat_1 Cat ");
  EXPECT_EQ(named("torch.matmul(x, z)"), "matmul_1 MatMul ");
  EXPECT_EQ(named("torch.bmm(x.unsqueeze(0), z.unsqueeze(0))"), "bmm_1 MatMul ");
  EXPECT_EQ(named("torch.addmm(x, z, x)"), "mm_1 MatMul add_1 Sum ");
  EXPECT_EQ(named("torch.scaled_dot_product_attention(x, z, z)"),
            "scaled_dot_product_attention_1 ScaledDotProductAttention ");
  EXPECT_EQ(named("torch.scaled_dot_product_attention(x, z, z, z, 0.0, False, scale=0.25)"),
            "scaled_dot_product_attention_1 ScaledDotProductAttention ");
  // A parameter has its share of a sum, as positions have.
  EXPECT_EQ(named("x - self.b"), "sub_1 Sum ");
  EXPECT_EQ(named("x.reshape([x.size(0) * 2, -1]) + self.b.repeat([2])[:x.size(1) * 2 // 4]"), "add_1 Sum ");
  // Nothing is mixed or scaled.
  EXPECT_EQ(named("x + 1.0"), "");
}

TEST_F(FunctionalTest, WeightedSumsAreSumsOfWhatIsAdded) {
  auto module = script("Net");
  const auto tree = import(module,
                           "def forward(self, x, y, n: int):\n    z = torch.add(x * 1, y * 2, alpha=-0.5)\n"
                           "    z += x * y\n    return torch.add(z, y * y, alpha=n), z\n",
                           true);
  EXPECT_EQ(children(*tree), (std::vector<std::string>{"mul_1", "add_1", "mul_2", "add_2", "mul_3", "add_3"}));
  auto caller = script("Caller");
  caller.register_module("inner", module);
  const auto outer = import(caller, "def forward(self, x, y):\n    return self.inner.forward(x, y, 3)\n", true);
  const auto x = torch::randn({2, 3}), y = torch::randn({3});
  const auto expected = caller.forward({x, y}).toTupleRef().elements();
  const auto actual = callable(*outer).call({x, y});
  // LibTorch's own addition rounds once where it multiplies too.
  for (size_t i = 0; i < 2; ++i) EXPECT_TRUE(actual[i].allclose(expected[i].toTensor(), 1e-6, 1e-6));
}

}  // namespace
}  // namespace jennit
