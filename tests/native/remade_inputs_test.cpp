#include <gtest/gtest.h>
#include <jennit/cpu_memory.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

namespace jennit {

namespace {

constexpr int64_t features = 64, samples = 2048;  // in double a mebibyte, above which outputs are made again

ModulePtr layer(const std::string& type) {
  Options options;
  if (type == "Linear") {
    options.set("in_features", features);
    options.set("out_features", features);
  } else if (type == "LayerNorm" || type == "RMSNorm") {
    options.set("normalized_shape", std::vector<int64_t>{features});
    if (type == "RMSNorm") options.set("eps", 1e-6);
  } else if (type == "GroupNorm") {
    options.set("num_groups", 4);
    options.set("num_channels", features);
  }
  auto module = make_layer(type, options);
  module->to(at::kDouble);
  for (auto& parameter : module->parameters()) parameter.requires_grad_(false);
  return module;
}

void put_rule(const ModulePtr& module, const std::string& rule) {
  Options options;
  if (rule == "Epsilon") options.set("epsilon.epsilon", 0.01);
  callable(*module).add_hook(rule_hook(make_rule(rule, options), rule, std::make_shared<RuleScope>()));
}

/// linear, `middle`, linear: what comes between is made again for the second linear's rule.
struct Network {
  ModulePtr first = layer("Linear"), middle, last = layer("Linear");

  Network(const std::string& type, const std::string& rule) : middle(layer(type)) {
    put_rule(first, "Epsilon");
    put_rule(middle, rule);
    put_rule(last, "Epsilon");
  }

  Tensor between(const Tensor& x) const { return callable(*middle).call(callable(*first).call({x})).at(0); }
  Tensor forward(const Tensor& x) const { return callable(*last).call({between(x)}).at(0); }

  Tensor relevance(const Tensor& x, const Tensor& upper, bool recorded) const {
    return torch::autograd::grad({forward(x)}, {x}, {upper}, recorded, recorded)[0];
  }
};

using Case = std::tuple<const char*, const char*>;

class RemadeInputs : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    at::manual_seed(5);
    x = at::randn({samples, features}, at::kDouble).requires_grad_();
    upper = at::randn({samples, features}, at::kDouble);
  }
  /// Of few samples, whose tensors are small and are kept.
  static Tensor in_parts(const std::function<Tensor(const Tensor& x, const Tensor& upper)>& of, const Tensor& x,
                         const Tensor& upper) {
    Tensors parts;
    const auto pieces = x.detach().chunk(8), above = upper.chunk(8);
    for (size_t i = 0; i < pieces.size(); ++i) parts.push_back(of(pieces[i].requires_grad_(), above[i]));
    return at::cat(parts);
  }

  Tensor x, upper;
};

TEST_P(RemadeInputs, GiveTheRelevanceOfKeptOnes) {
  const auto [type, rule] = GetParam();
  const Network network(type, rule);
  const auto expected = in_parts(
      [&](const Tensor& part, const Tensor& above) { return network.relevance(part, above, false); }, x, upper);
  EXPECT_TRUE(at::allclose(network.relevance(x, upper, false), expected, 1e-10, 1e-12));
  EXPECT_TRUE(at::allclose(network.relevance(x, upper, true), expected, 1e-10, 1e-12));
}

TEST_P(RemadeInputs, CarryTheSecondDerivativeOfKeptOnes) {
  const auto [type, rule] = GetParam();
  const Network network(type, rule);
  const auto second = [&](const Tensor& point, const Tensor& above) {
    return torch::autograd::grad({network.relevance(point, above, true).pow(2).sum()}, {point})[0];
  };
  EXPECT_TRUE(at::allclose(second(x, upper), in_parts(second, x, upper), 1e-9, 1e-11));
}

TEST_P(RemadeInputs, AreNotKept) {
  const auto [type, rule] = GetParam();
  const Network network(type, rule);
  keep_cpu_memory(0);
  auto between = network.between(x);
  const auto output = callable(*network.last).call({between}).at(0);
  const auto size = static_cast<int64_t>(between.nbytes()), held = used_cpu_bytes();
  between = Tensor();
  EXPECT_LE(used_cpu_bytes(), held - size);
}

TEST_P(RemadeInputs, AreKeptWhereTheyWereWrittenToWithoutARecord) {
  const auto [type, rule] = GetParam();
  const Network network(type, rule);
  const auto between = network.between(x);
  {
    torch::NoGradGuard unrecorded;
    between.mul_(2);
  }
  const auto output = callable(*network.last).call({between}).at(0);
  const auto actual = torch::autograd::grad({output}, {between}, {upper})[0];
  const auto weight = network.last->named_parameters()["weight"];
  const auto z = output.detach();
  EXPECT_TRUE(at::allclose(actual, between.detach() * (upper / (z + 0.01 * z.sign())).matmul(weight), 1e-10, 1e-12));
}

TEST_P(RemadeInputs, OfAGraphThatWasFreedAreRefused) {
  const auto [type, rule] = GetParam();
  const Network network(type, rule);
  const auto between = network.between(x);
  const auto output = callable(*network.last).call({between}).at(0);
  torch::autograd::grad({between}, {x}, {upper});
  try {
    torch::autograd::grad({output}, {between}, {upper});
    FAIL() << "nothing was refused";
  } catch (const std::exception& e) {
    EXPECT_NE(std::string(e.what()).find("RETAIN_GRAPH"), std::string::npos) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(, RemadeInputs,
                         testing::Values(Case{"GELU", "Pass"}, Case{"SiLU", "Pass"}, Case{"Hardswish", "Pass"},
                                         Case{"Mish", "Pass"}, Case{"QuickGELU", "Pass"}, Case{"LayerNorm", "Pass"},
                                         Case{"LayerNorm", "NormalizationEpsilon"},
                                         Case{"RMSNorm", "NormalizationEpsilon"}, Case{"GroupNorm", "Pass"}));

}  // namespace

}  // namespace jennit
