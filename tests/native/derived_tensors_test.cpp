#include <gtest/gtest.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

#include <algorithm>

namespace jennit {

namespace {

/// Counts how often what it gives is made.
struct Maker {
  int made = 0;
  Tensor operator()() {
    ++made;
    return at::ones({3});
  }
};

/// After a first call.
struct Memory : SmallLayerMemory {
  Memory() { derived({{"weight", at::rand({3})}}); }
};

NamedTensors parameters(int64_t size) { return {{"weight", at::rand({size, 4})}, {"bias", at::rand({size})}}; }

int64_t live_tensors() {
  int64_t counts[live::kKinds];
  live::counts(counts);
  return counts[static_cast<int>(live::Kind::tensor)];
}

TEST(SmallLayerMemory, MakesOnceWhatFollowsFromTheSameValues) {
  Memory memory;
  Maker maker;
  const auto values = parameters(5);
  for (int i = 0; i < 3; ++i) memory.derived(values)->find_or_make("ones", std::ref(maker));
  auto copies = values;
  for (auto& [name, tensor] : copies) tensor = tensor.clone();
  memory.derived(copies)->find_or_make("ones", std::ref(maker));
  EXPECT_EQ(maker.made, 1);
}

TEST(SmallLayerMemory, MakesAnewWhatFollowsFromOthers) {
  Memory memory;
  Maker maker;
  auto values = parameters(5);
  const auto make = [&] { memory.derived(values)->find_or_make("ones", std::ref(maker)); };
  make();
  // Past LibTorch, which counts no version for it.
  values["bias"].data_ptr<float>()[4] += 1;
  make();
  EXPECT_EQ(maker.made, 2);
  values["weight"] = values["weight"].view({4, 5});
  make();
  EXPECT_EQ(maker.made, 3);
  values["weight"] = values["weight"].t().contiguous().t();
  make();
  EXPECT_EQ(maker.made, 4);
  values.erase("bias");
  make();
  EXPECT_EQ(maker.made, 5);
  values["weight"] = values["weight"].to(at::kDouble);
  make();
  EXPECT_EQ(maker.made, 6);
}

TEST(SmallLayerMemory, KeepsNothingOfLargeLayersNorOfViewsWithGapsNorOfNone) {
  Memory memory;
  EXPECT_EQ(memory.derived(parameters(1 << 16)), nullptr);
  EXPECT_EQ(memory.derived({{"weight", at::rand({8, 8}).narrow(1, 0, 4)}}), nullptr);
  EXPECT_EQ(memory.derived({}), nullptr);
}

TEST(SmallLayerMemory, DoesNotKeepWhatIsLarge) {
  Memory memory;
  int made = 0;
  const auto values = parameters(5);
  const auto large = [&] {
    ++made;
    return at::ones({1 << 20});
  };
  for (int i = 0; i < 2; ++i) memory.derived(values)->find_or_make("large", large);
  EXPECT_EQ(made, 2);
}

TEST(SmallLayerMemory, KeepsNothingOfTheFirstCall) {
  SmallLayerMemory memory;
  const auto values = parameters(5);
  EXPECT_EQ(memory.derived(values), nullptr);
  EXPECT_NE(memory.derived(values), nullptr);
}

TEST(SmallLayerMemory, CountsWhatItKeepsUntilItGoes) {
  const auto before = live_tensors();
  {
    Memory memory;
    Maker maker;
    memory.derived(parameters(5))->find_or_make("ones", std::ref(maker));
    EXPECT_EQ(live_tensors(), before + 3);
  }
  EXPECT_EQ(live_tensors(), before);
}

/// Rules that keep what they made of a layer.
class RulesOfSmallLayers : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    at::manual_seed(6);
    Options geometry;
    geometry.set("in_channels", 2);
    geometry.set("out_channels", 3);
    geometry.set("kernel_size", 3);
    geometry.set("stride", 2);
    geometry.set("padding", 1);
    layer_ = make_layer("Conv2d", geometry);
    layer_->to(at::kDouble);
    id_ = add_rule();
  }

  int64_t add_rule() {
    Options options;
    if (std::string(GetParam()) == "ZBox") {
      options.set_tensor("low", at::scalar_tensor(-2, at::kDouble));
      options.set_tensor("high", at::scalar_tensor(3, at::kDouble));
    }
    return callable(*layer_).add_hook(
        rule_hook(make_rule(GetParam(), options), "layer", std::make_shared<RuleScope>()));
  }

  Tensor relevance(const Tensor& x) const {
    const auto input = x.detach().requires_grad_();
    const auto output = callable(*layer_).call({input}).at(0);
    return torch::autograd::grad({output}, {input}, {output.detach().square() - 0.1})[0];
  }

  /// Of a rule that has kept nothing.
  Tensor anew(const Tensor& x) {
    callable(*layer_).remove(id_);
    id_ = add_rule();
    return relevance(x);
  }

  ModulePtr layer_;
  int64_t id_ = 0;
};

TEST_P(RulesOfSmallLayers, GiveTheSameAgain) {
  const auto x = at::randn({2, 2, 8, 8}, at::kDouble);
  const auto first = relevance(x);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(at::equal(relevance(x), first));
  EXPECT_TRUE(at::equal(anew(x), first));
}

TEST_P(RulesOfSmallLayers, SeeWhatIsWrittenToTheParameters) {
  const auto x = at::randn({2, 2, 8, 8}, at::kDouble);
  for (const auto* name : {"weight", "bias"}) {
    relevance(x);
    const auto before = relevance(x);
    auto parameter = layer_->named_parameters()[name];
    auto* values = parameter.data_ptr<double>();
    std::transform(values, values + parameter.numel(), values, [](double value) { return 0.3 - 1.5 * value; });
    const auto after = relevance(x);
    EXPECT_FALSE(at::allclose(after, before)) << name;
    EXPECT_TRUE(at::equal(after, anew(x))) << name;
  }
}

// Inputs of 7 and of 8 pixels give as many outputs, of which the last sees other pixels.
TEST_P(RulesOfSmallLayers, TellInputsOfOtherSizesApart) {
  const auto small = at::randn({2, 2, 7, 7}, at::kDouble), large = at::randn({2, 2, 8, 8}, at::kDouble);
  relevance(small);
  const auto of_small = relevance(small), of_large = relevance(large);
  EXPECT_TRUE(at::equal(of_large, anew(large)));
  EXPECT_TRUE(at::equal(of_small, anew(small)));
}

/// ZBox on a small layer, with bounds that are tensors.
class BoundsOfSmallLayers : public testing::Test {
 protected:
  BoundsOfSmallLayers() {
    at::manual_seed(7);
    Options geometry;
    geometry.set("in_channels", 2);
    geometry.set("out_channels", 3);
    geometry.set("kernel_size", 3);
    layer_ = make_layer("Conv2d", geometry);
    layer_->to(at::kDouble);
  }

  int64_t add_rule(const Tensor& low, const Tensor& high) {
    Options options;
    options.set_tensor("low", low);
    options.set_tensor("high", high);
    return callable(*layer_).add_hook(rule_hook(make_rule("ZBox", options), "layer", std::make_shared<RuleScope>()));
  }

  Tensor relevance(const Tensor& x) const {
    const auto input = x.detach().requires_grad_();
    const auto output = callable(*layer_).call({input}).at(0);
    return torch::autograd::grad({output}, {input}, {output.detach().square()})[0];
  }

  /// Of a rule that has kept nothing.
  Tensor anew(const Tensor& x, const Tensor& low, const Tensor& high, int64_t id) {
    callable(*layer_).remove(id);
    const auto other = add_rule(low, high);
    const auto result = relevance(x);
    callable(*layer_).remove(other);
    return result;
  }

  ModulePtr layer_;
};

TEST_F(BoundsOfSmallLayers, AreSeenAsTheyAreWritten) {
  const auto x = at::randn({2, 2, 6, 6}, at::kDouble);
  for (const auto& shape : {std::vector<int64_t>{}, std::vector<int64_t>{1, 2, 1, 1}}) {
    auto low = at::full(shape, -2., at::kDouble);
    const auto high = at::full(shape, 3., at::kDouble);
    const auto id = add_rule(low, high);
    relevance(x);
    const auto before = relevance(x);
    low.sub_(1);
    const auto after = relevance(x);
    EXPECT_FALSE(at::allclose(after, before));
    EXPECT_TRUE(at::equal(after, anew(x, low, high, id)));
  }
}

// Of one sample they are the same at every place, of two they are not.
TEST_F(BoundsOfSmallLayers, ServeBatchesOfSeveralSizes) {
  const auto x = at::randn({2, 2, 6, 6}, at::kDouble);
  const auto low = -2 - at::rand({2, 2, 1, 1}, at::kDouble), high = 2 + at::rand({2, 2, 1, 1}, at::kDouble);
  const auto id = add_rule(low, high);
  for (int i = 0; i < 2; ++i) relevance(x.narrow(0, 0, 1));
  const auto of_two = relevance(x);
  EXPECT_TRUE(at::equal(of_two, anew(x, low, high, id)));
}

INSTANTIATE_TEST_SUITE_P(AllThatKeep, RulesOfSmallLayers, testing::Values("ZBox", "Gamma", "ZPlus", "AlphaBeta"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace

}  // namespace jennit
