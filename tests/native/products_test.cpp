#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

#include <atomic>

namespace jennit {

namespace {

std::atomic<int> forward_products{0}, transposed_products{0}, matrix_products{0};

/// Counts the convolutions and the products of batches of matrices that LibTorch runs while it lives, on all threads.
class ProductCount {
 public:
  ProductCount() {
    forward_products = transposed_products = matrix_products = 0;
    handle_ = at::addGlobalCallback(at::RecordFunctionCallback(count).scopes({at::RecordScope::FUNCTION}));
  }
  ~ProductCount() { at::removeCallback(handle_); }

 private:
  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& call) {
    const std::string name = call.name();
    if (name == "aten::convolution_backward") ++transposed_products;
    if (name == "aten::convolution") ++forward_products;
    if (name == "aten::bmm") ++matrix_products;
    return nullptr;
  }
  at::CallbackHandle handle_;
};

struct Cost {
  const char* rule;
  bool after_relu;
  int forward, transposed;
};

/// A convolution under one rule, after a ReLU or not; a ReLU behind it lets relevance through above zero alone.
class Products : public testing::TestWithParam<Cost> {
 protected:
  static Options options(const std::string& rule) {
    Options options;
    if (rule == "ZBox") {
      options.set_tensor("low", at::scalar_tensor(-3.));
      options.set_tensor("high", at::scalar_tensor(3.));
    }
    return options;
  }

  static ModulePtr convolution() {
    Options options;
    options.set("in_channels", 4);
    options.set("out_channels", 6);
    options.set("kernel_size", 3);
    return make_layer("Conv2d", options);
  }

  Products() {
    at::manual_seed(5);
    layer_ = convolution();
    callable(*layer_).add_hook(
        rule_hook(make_rule(GetParam().rule, options(GetParam().rule)), "layer", std::make_shared<RuleScope>()));
    input_ = at::randn({2, 4, 9, 9});
    if (GetParam().after_relu) input_ = input_.relu();
    input_.requires_grad_();
  }

  Tensor forward() { return callable(*layer_).call({input_}).at(0); }
  Tensor relevance(const Tensor& output, const Tensor& upper, bool retain = false) {
    return torch::autograd::grad({output}, {input_}, {upper}, retain)[0];
  }

  ModulePtr layer_;
  Tensor input_;
};

TEST_P(Products, OfOneAttribution) {
  ProductCount count;
  const auto output = forward();
  relevance(output, output.detach().relu());
  EXPECT_EQ(forward_products, GetParam().forward);
  EXPECT_EQ(transposed_products, GetParam().transposed);
}

TEST_P(Products, OfFurtherTargetsAreTransposedAlone) {
  const auto output = forward();
  const auto first = relevance(output, output.detach().relu(), true);
  ProductCount count;
  const auto second = relevance(output, output.detach().relu(), true);
  EXPECT_TRUE(at::equal(first, second));
  EXPECT_EQ(forward_products, 0);
  EXPECT_EQ(transposed_products, GetParam().transposed);
}

std::string name_of(const testing::TestParamInfo<Cost>& info) {
  return std::string(info.param.rule) + (info.param.after_relu ? "_after_relu" : "_of_any_sign");
}

// A gradient takes 1 + 1.
const Cost costs[] = {
    {"Epsilon", true, 1, 1},   {"Epsilon", false, 1, 1},   {"ZPlus", true, 2, 1}, {"ZPlus", false, 2, 1},
    {"AlphaBeta", true, 2, 2}, {"AlphaBeta", false, 2, 2}, {"Gamma", true, 2, 1}, {"Gamma", false, 2, 2},
    {"WSquare", true, 2, 1},   {"Flat", true, 2, 1},       {"ZBox", false, 2, 1},
};
INSTANTIATE_TEST_SUITE_P(, Products, testing::ValuesIn(costs), name_of);

/// Attention under the rule that handles it whole. The gradient's own products are four; the weights are one more.
class AttentionProducts : public testing::Test {
 protected:
  AttentionProducts() {
    at::manual_seed(5);
    for (auto& input : inputs_) input = at::randn({2, 3, 5, 4}).requires_grad_();
  }

  Tensor forward(const std::string& weights) {
    attention_ = make_layer("ScaledDotProductAttention", {});
    Options options;
    options.set_text("weights", weights);
    callable(*attention_)
        .add_hook(rule_hook(make_rule("AttentionEpsilon", options), "attention", std::make_shared<RuleScope>()));
    return callable(*attention_).call(inputs_).at(0);
  }

  ModulePtr attention_;
  Tensors inputs_{3};
};

TEST_F(AttentionProducts, OfAllThreeInputs) {
  const auto output = forward("taylor");
  ProductCount count;
  torch::autograd::grad({output}, inputs_, {output.detach()}, /*retain_graph=*/true);
  EXPECT_EQ(matrix_products, 5);
  torch::autograd::grad({output}, inputs_, {output.detach()}, /*retain_graph=*/true);
  EXPECT_EQ(matrix_products, 9);
}

TEST_F(AttentionProducts, OfTheValuesAlone) {
  const auto output = forward("constant");
  ProductCount count;
  torch::autograd::grad({output}, {inputs_[2]}, {output.detach()});
  EXPECT_EQ(matrix_products, 2);
}

}  // namespace

}  // namespace jennit
