#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <jennit/batched_gradients.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

#include <atomic>

namespace jennit {

namespace {

std::atomic<int> copies{0};

/// Counts the tensors that LibTorch brings into another order of memory while it lives.
class CopyCount {
 public:
  CopyCount() {
    copies = 0;
    handle_ = at::addGlobalCallback(at::RecordFunctionCallback(count).scopes({at::RecordScope::FUNCTION}));
  }
  ~CopyCount() { at::removeCallback(handle_); }

 private:
  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& call) {
    if (std::string(call.name()) == "aten::clone") ++copies;
    return nullptr;
  }
  at::CallbackHandle handle_;
};

/// A convolution of images in channels_last, large enough for oneDNN.
class MemoryOrder : public testing::TestWithParam<std::string> {
 protected:
  MemoryOrder() { make(4, 3); }

  void make(int64_t images, int64_t kernel_size) {
    at::manual_seed(3);
    Options options;
    options.set("in_channels", 16);
    options.set("out_channels", 32);
    options.set("kernel_size", kernel_size);
    layer_ = make_layer("Conv2d", options);
    for (auto& parameter : layer_->parameters()) parameter.requires_grad_(false);
    input_ = at::rand({images, 16, 24, 24}).contiguous(at::MemoryFormat::ChannelsLast).requires_grad_();
  }

  void order_weight() {
    auto weight = layer_->named_parameters()["weight"];
    weight.set_data(weight.contiguous(at::MemoryFormat::ChannelsLast));
  }

  void add_rule(const std::string& name) {
    callable(*layer_).add_hook(rule_hook(make_rule(name, {}), "layer", std::make_shared<RuleScope>()));
  }

  /// How many copies a relevance took that is nowhere below zero.
  int copies_of_one_pass() {
    const CopyCount counted;
    const auto output = callable(*layer_).call({input_}).at(0);
    const auto relevance = torch::autograd::grad({output}, {input_}, {output.detach().relu()})[0];
    EXPECT_TRUE(output.is_contiguous(at::MemoryFormat::ChannelsLast));
    EXPECT_TRUE(relevance.is_contiguous(at::MemoryFormat::ChannelsLast));
    return copies;
  }

  ModulePtr layer_;
  Tensor input_;
};

TEST_P(MemoryOrder, TakesNoCopyWhereInputAndWeightAgree) {
  order_weight();
  if (GetParam() != "gradient") add_rule(GetParam());
  EXPECT_EQ(copies_of_one_pass(), 0);
}

TEST_P(MemoryOrder, IsKeptForSeveralTargetsOfOneImage) {
  make(1, 1);
  if (GetParam() != "gradient") add_rule(GetParam());
  const auto output = callable(*layer_).call({input_}).at(0);
  const auto several =
      batched_gradients({output}, {input_}, {at::stack({output, 2 * output}).detach()}, false, false)[0];
  EXPECT_TRUE(several[1].is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_FALSE(several[1].is_contiguous());
  const auto second = torch::autograd::grad({output}, {input_}, {2 * output.detach()})[0];
  EXPECT_TRUE(at::allclose(several[1], second, 1e-5, 1e-6));
}

INSTANTIATE_TEST_SUITE_P(, MemoryOrder, testing::Values("gradient", "Epsilon", "ZPlus", "Gamma"),
                         [](const auto& info) { return info.param; });

class MemoryOrderOfWeights : public MemoryOrder {};

TEST_P(MemoryOrderOfWeights, IsMadeOnceForAllProductsOfARule) {
  add_rule(GetParam());
  // The layer's own product takes one, and what the rule makes of the weight another.
  EXPECT_EQ(copies_of_one_pass(), 2);
}

INSTANTIATE_TEST_SUITE_P(, MemoryOrderOfWeights, testing::Values("ZPlus", "Gamma"),
                         [](const auto& info) { return info.param; });

}  // namespace

}  // namespace jennit
