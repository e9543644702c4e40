#include <jennit/kernels.h>

#include <cmath>

#include "rule_registry.h"

namespace jennit {

namespace {

/// Hands the relevance through unchanged.
class Pass final : public Rule {
 public:
  std::string name() const override { return "Pass"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override { return call.upper; }
};

/// Deconvolution (Zeiler and Fergus 2014): the rectified signal from above, in place of the module's gradient.
class ReLUDeconvNet final : public Rule {
 public:
  std::string name() const override { return "ReLUDeconvNet"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override { return {call.relevance().clamp_min(0)}; }
};

/// Guided backpropagation (Springenberg et al. 2015): the module's gradient, where the signal from above is positive.
class ReLUGuidedBackprop final : public Rule {
 public:
  std::string name() const override { return "ReLUGuidedBackprop"; }
  Needs needs(const Callable&) const override { return {true, true, false}; }
  Tensors relevance(const RuleCall& call) const override {
    const auto& upper = call.relevance();
    if (!call.recorded && call.callable.type_name() == "ReLU") return {kernels::guided(upper, call.output())};
    return call.own_gradient({upper * upper.gt(0)});
  }
};

/// The gradient of a softplus in place of the ReLU's (Dombrowski et al. 2019): sigmoid(beta x) R.
class ReLUBetaSmooth final : public Rule {
 public:
  explicit ReLUBetaSmooth(const Options& options) : beta_(options.number("beta_smooth", 10.)) {
    if (!std::isfinite(beta_)) throw std::invalid_argument("ReLUBetaSmooth: beta_smooth must be finite");
  }
  std::string name() const override { return "ReLUBetaSmooth"; }
  Needs needs(const Callable&) const override { return {true, false, false}; }
  Tensors relevance(const RuleCall& call) const override {
    return {at::sigmoid(beta_ * call.input()) * call.relevance()};
  }

 private:
  double beta_;
};

const RuleRegistration pass{"Pass", [](const Options&) { return std::make_shared<Pass>(); }};
const RuleRegistration deconv{"ReLUDeconvNet", [](const Options&) { return std::make_shared<ReLUDeconvNet>(); }};
const RuleRegistration guided{"ReLUGuidedBackprop",
                              [](const Options&) { return std::make_shared<ReLUGuidedBackprop>(); }};
const RuleRegistration smooth{"ReLUBetaSmooth",
                              [](const Options& options) { return std::make_shared<ReLUBetaSmooth>(options); }};

}  // namespace

}  // namespace jennit
