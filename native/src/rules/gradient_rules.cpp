#include <jennit/kernels.h>
#include <jennit/layers.h>

#include <algorithm>
#include <cmath>

#include "rule_registry.h"

namespace jennit {

namespace {

/// Hands relevance on without a look at the module: the k-th output's to the k-th input where as many inputs receive
/// relevance as outputs carry it, otherwise to each input its equal share of what all outputs carry.
Tensors handed_on(const RuleCall& call, const Tensors& upper) {
  Tensors carried, result(call.input_sizes.size());
  for (const auto& relevance : upper)
    if (relevance.defined()) carried.push_back(relevance);
  const auto receivers = static_cast<size_t>(std::count(call.receives.begin(), call.receives.end(), true));
  const bool in_order = receivers == carried.size();
  Tensor share;
  if (!in_order && receivers > 0) {
    for (const auto& relevance : carried) {
      if (share.defined() && share.sizes() != relevance.sizes())
        throw std::invalid_argument("the outputs have the shapes " + c10::str(share.sizes()) + " and " +
                                    c10::str(relevance.sizes()) +
                                    ", whose relevances cannot be shared out alike: " + "use Epsilon or Norm there");
      share = share.defined() ? share + relevance : relevance;
    }
    if (receivers > 1) share = share / static_cast<double>(receivers);
  }
  for (size_t i = 0, next = 0; i < result.size(); ++i) {
    if (!call.receives[i]) continue;
    result[i] = in_order ? carried[next++] : share;
    if (result[i].sizes() != at::IntArrayRef(call.input_sizes[i]))
      throw std::invalid_argument("it hands on a relevance of the shape " + c10::str(result[i].sizes()) +
                                  ", but input " + std::to_string(i) + " has " +
                                  c10::str(at::IntArrayRef(call.input_sizes[i])) + ": use Epsilon or Norm there");
  }
  return result;
}

/// Hands the relevance through unchanged.
class Pass final : public Rule {
 public:
  std::string name() const override { return "Pass"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override { return handed_on(call, call.upper); }
};

/// Deconvolution (Zeiler and Fergus 2014): the rectified signal from above, in place of the module's gradient.
class ReLUDeconvNet final : public Rule {
 public:
  std::string name() const override { return "ReLUDeconvNet"; }
  Needs needs(const Callable&) const override { return {}; }
  Tensors relevance(const RuleCall& call) const override {
    return handed_on(call, call.for_each_upper([](const Tensor& upper, size_t) { return upper.clamp_min(0); }));
  }
};

/// Guided backpropagation (Springenberg et al. 2015): the module's gradient, where the signal from above is positive.
class ReLUGuidedBackprop final : public Rule {
 public:
  std::string name() const override { return "ReLUGuidedBackprop"; }
  Needs needs(const Callable&) const override { return {true, true, false}; }
  Tensors relevance(const RuleCall& call) const override {
    if (!call.recorded && !call.is_overridden && is_layer(call.callable, "ReLU"))
      return {kernels::guided(call.relevance(), call.output())};
    return call.own_gradient(call.for_each_upper([](const Tensor& upper, size_t) { return upper * upper.gt(0); }));
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
    auto result = handed_on(call, call.upper);
    for (size_t i = 0; i < result.size(); ++i)
      if (result[i].defined()) result[i] = at::sigmoid(beta_ * call.inputs[i]) * result[i];
    return result;
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
