#include <gtest/gtest.h>
#include <jennit/call_state.h>
#include <jennit/errors.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <torch/csrc/autograd/function.h>

namespace jennit {

namespace {

CallState relevance_alone() {
  auto state = CallState::here();
  state.relevance_alone = true;
  return state;
}

Options layer_options(const std::string& type) {
  Options options;
  if (type == "Conv2d") {
    options.set("in_channels", 3);
    options.set("out_channels", 4);
    options.set("kernel_size", 3);
  } else if (type == "Linear") {
    options.set("in_features", 6);
    options.set("out_features", 5);
  } else if (type == "BatchNorm2d") {
    options.set("num_features", 3);
  }
  return options;
}

/// A hook that looks at what a call answers.
class Looking final : public Hook {
 public:
  std::unique_ptr<AfterCall> before(Callable&, Tensors&) override { return std::make_unique<After>(); }

 private:
  class After final : public AfterCall {
   public:
    void after(Tensors&) override {}
  };
};

using Case = std::tuple<const char*, const char*>;

/// A rule on one layer, called where nothing but its relevance is wanted.
class RelevanceAlone : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(8);
    const auto [type, rule] = GetParam();
    layer_ = make_layer(type, layer_options(type));
    layer_->to(at::kDouble);
    layer_->eval();
    Options options;
    if (std::string(rule) == "ZBox") {
      options.set_tensor("low", at::scalar_tensor(-3, at::kDouble));
      options.set_tensor("high", at::scalar_tensor(3, at::kDouble));
    }
    callable(*layer_).add_hook(rule_hook(make_rule(rule, options), "features.0", scope_));
    input_ = at::randn({2, 3, 6, 6}, at::kDouble).requires_grad_();
  }

  Tensor output() const { return callable(*layer_).call({input_}).at(0); }

  Tensor output_of_relevance_alone() const {
    const Entering entered(relevance_alone());
    return output();
  }

  Tensor relevance(const Tensor& output) const { return torch::autograd::grad({output}, {input_}, {output.exp()})[0]; }

  /// What a pass through `output` is refused with.
  std::string refusal(const Tensor& output, bool create_graph) const {
    try {
      torch::autograd::grad({output}, {input_}, {at::ones_like(output)}, true, create_graph);
    } catch (const Error& e) {
      return e.what();
    }
    return "nothing was refused";
  }

  ModulePtr layer_;
  std::shared_ptr<RuleScope> scope_ = std::make_shared<RuleScope>();
  Tensor input_;
};

TEST_P(RelevanceAlone, IsTheRelevanceOfACallThatRecordsAll) {
  const auto expected = relevance(output());
  const auto alone = output_of_relevance_alone();
  EXPECT_TRUE(at::equal(alone, output()));
  EXPECT_TRUE(at::equal(relevance(alone), expected));
}

TEST_P(RelevanceAlone, LeavesOutTheLayersOwnGraph) {
  EXPECT_EQ(output().grad_fn()->num_outputs(), 2U);
  EXPECT_EQ(output_of_relevance_alone().grad_fn()->num_outputs(), 1U);
}

TEST_P(RelevanceAlone, RefusesTrueGradientsAndNamesTheModule) {
  const auto alone = output_of_relevance_alone();
  const Inactivity inactive(scope_);
  const auto message = refusal(alone, false);
  EXPECT_NE(message.find("module 'features.0'"), std::string::npos) << message;
  EXPECT_NE(message.find("create_graph(true)"), std::string::npos) << message;
}

TEST_P(RelevanceAlone, RefusesToRecordRelevance) {
  const auto message = refusal(output_of_relevance_alone(), true);
  EXPECT_NE(message.find("module 'features.0'"), std::string::npos) << message;
  EXPECT_NE(message.find("create_graph(true)"), std::string::npos) << message;
}

TEST_P(RelevanceAlone, StillGivesTheTrueGradientWhereTheRuleWasInactiveFromTheBeginning) {
  const Inactivity inactive(scope_);
  const auto alone = output_of_relevance_alone();
  const auto plain = callable(*layer_).forward_without_hooks({input_}).at(0);
  EXPECT_TRUE(at::equal(relevance(alone), relevance(plain)));
}

TEST_P(RelevanceAlone, RecordsACallThatAnotherHookLooksAt) {
  callable(*layer_).add_hook(std::make_shared<Looking>());
  EXPECT_EQ(output_of_relevance_alone().grad_fn()->num_outputs(), 2U);
}

INSTANTIATE_TEST_SUITE_P(RulesThatDoWithoutTheGraph, RelevanceAlone,
                         testing::Values(Case{"Conv2d", "ZPlus"}, Case{"Conv2d", "Gamma"}, Case{"Conv2d", "ZBox"},
                                         Case{"Conv2d", "Flat"}, Case{"Conv2d", "AlphaBeta"}, Case{"Conv2d", "WSquare"},
                                         Case{"Conv2d", "Epsilon"}, Case{"Linear", "Epsilon"}, Case{"ReLU", "Pass"},
                                         Case{"BatchNorm2d", "Pass"}, Case{"GELU", "Pass"},
                                         Case{"ReLU", "ReLUDeconvNet"}),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)) + std::get<1>(info.param);
                         });

/// A rule that needs the module's own gradient, and a module of which nothing is known.
class RelevanceWithGraph : public RelevanceAlone {};

TEST_P(RelevanceWithGraph, RecordsAll) {
  const auto expected = relevance(output());
  const auto alone = output_of_relevance_alone();
  EXPECT_EQ(alone.grad_fn()->num_outputs(), 2U);
  EXPECT_TRUE(at::equal(relevance(alone), expected));
}

INSTANTIATE_TEST_SUITE_P(RulesOfTheGraph, RelevanceWithGraph,
                         testing::Values(Case{"ReLU", "ReLUGuidedBackprop"}, Case{"GELU", "Epsilon"},
                                         Case{"Identity", "Pass"}),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param)) + std::get<1>(info.param);
                         });

}  // namespace

}  // namespace jennit
