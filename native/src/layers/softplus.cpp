#include "softplus.h"

#include <torch/csrc/autograd/custom_function.h>

namespace jennit {

namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// The derivative at each value: sigmoid(beta x) below the threshold, one above it.
Tensor slope(const Tensor& x, double beta, double threshold) {
  return at::softplus_backward(at::ones({}, x.options()).expand_as(x), x, beta, threshold);
}

/// upper times the slope at x, of which the second derivative needs both.
class SoftplusGradient : public torch::autograd::Function<SoftplusGradient> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& upper, const Tensor& x, double beta, double threshold) {
    const auto s = slope(x, beta, threshold);
    context->save_for_backward({upper, x, s});
    context->saved_data["beta"] = beta;
    context->saved_data["threshold"] = threshold;
    context->set_materialize_grads(false);
    return upper * s;
  }

  static variable_list backward(AutogradContext* context, variable_list above) {
    variable_list result(4);
    if (!above[0].defined()) return result;
    const auto saved = context->get_saved_variables();
    const auto &upper = saved[0], &x = saved[1];
    const auto beta = context->saved_data["beta"].toDouble(), threshold = context->saved_data["threshold"].toDouble();
    // A third derivative runs through the slope too.
    const bool recorded = at::GradMode::is_enabled();
    const auto s = recorded ? slope(x, beta, threshold) : saved[2];
    if (context->needs_input_grad(0)) result[0] = above[0] * s;
    if (context->needs_input_grad(1)) {
      const auto curved = at::sigmoid_backward(above[0] * upper, s);
      result[1] = recorded ? curved * beta : Tensor(curved).mul_(beta);
    }
    return result;
  }
};

class Softplus : public torch::autograd::Function<Softplus> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, double beta, double threshold) {
    context->save_for_backward({x});
    context->saved_data["beta"] = beta;
    context->saved_data["threshold"] = threshold;
    // Under a rule no gradient comes this way, and none is to be made of zeros.
    context->set_materialize_grads(false);
    return at::softplus(x, beta, threshold);
  }

  static variable_list backward(AutogradContext* context, variable_list upper) {
    variable_list result(3);
    if (!upper[0].defined()) return result;
    const auto x = context->get_saved_variables()[0];
    const auto beta = context->saved_data["beta"].toDouble(), threshold = context->saved_data["threshold"].toDouble();
    result[0] = at::GradMode::is_enabled() ? SoftplusGradient::apply(upper[0], x, beta, threshold)
                                           : at::softplus_backward(upper[0], x, beta, threshold);
    return result;
  }
};

}  // namespace

Tensor softplus(const Tensor& x, double beta, double threshold) {
  if (!at::GradMode::is_enabled() || !x.requires_grad()) return at::softplus(x, beta, threshold);
  return Softplus::apply(x, beta, threshold);
}

}  // namespace jennit
