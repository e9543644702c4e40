#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>

#include <mutex>

namespace jennit {

namespace {

std::mutex mutex;
std::vector<std::string> operators;

/// Notes the operators that LibTorch runs while it lives, on all threads.
class OperatorLog {
 public:
  OperatorLog() {
    operators.clear();
    handle_ = at::addGlobalCallback(at::RecordFunctionCallback(note).scopes({at::RecordScope::FUNCTION}));
  }
  ~OperatorLog() { at::removeCallback(handle_); }

  /// Those that read or write every value.
  static std::vector<std::string> costly() {
    std::vector<std::string> result;
    for (const auto& name : operators)
      if (name != "aten::detach" && name != "aten::alias" && name != "aten::view" && name != "aten::empty")
        result.push_back(name);
    return result;
  }

 private:
  static std::unique_ptr<at::ObserverContext> note(const at::RecordFunction& call) {
    const std::string name = call.name();
    std::lock_guard<std::mutex> lock(mutex);
    if (name.rfind("aten::", 0) == 0) operators.push_back(name);
    return nullptr;
  }
  at::CallbackHandle handle_;
};

ModulePtr layer(const std::string& type) {
  Options options;
  if (type == "BatchNorm2d") options.set("num_features", 3);
  if (type == "Conv2d") {
    options.set("in_channels", 3);
    options.set("out_channels", 3);
    options.set("kernel_size", 3);
    options.set("padding", 1);
  }
  auto made = make_layer(type, options);
  made->eval();
  for (auto& parameter : made->parameters()) parameter.requires_grad_(false);
  return made;
}

class UnderPass : public testing::TestWithParam<const char*> {};

TEST_P(UnderPass, TheLayersOwnGradientIsNotComputed) {
  const auto module = layer(GetParam());
  callable(*module).add_hook(rule_hook(make_rule("Pass", Options()), "layer", std::make_shared<RuleScope>()));
  const auto x = at::randn({2, 3, 4, 5}).requires_grad_();
  const auto y = callable(*module).call({x}).at(0);
  const auto upper = at::randn_like(y);
  const OperatorLog log;
  const auto relevance = torch::autograd::grad({y}, {x}, {upper})[0];
  EXPECT_EQ(OperatorLog::costly(), std::vector<std::string>());
  EXPECT_TRUE(at::equal(relevance, upper));
}

INSTANTIATE_TEST_SUITE_P(, UnderPass, testing::Values("BatchNorm2d", "Softplus", "Conv2d", "ReLU"));

TEST(SoftplusTwice, LeavesOutWhatNobodyAsksFor) {
  const auto x = at::randn({4, 5}, at::kDouble).requires_grad_(), upper = at::randn({4, 5}, at::kDouble);
  const auto seed = upper.clone().requires_grad_();
  const auto first = torch::autograd::grad({callable(*layer("Softplus")).call({x}).at(0)}, {x}, {seed}, true, true)[0];
  const OperatorLog log;
  torch::autograd::grad({first}, {seed}, {at::ones_like(first)});
  for (const auto& name : OperatorLog::costly()) EXPECT_NE(name, "aten::sigmoid_backward");
}

}  // namespace

}  // namespace jennit
