#include <jennit/normalization.h>
#include <torch/csrc/autograd/custom_function.h>

#include "checks.h"
#include "layer.h"
#include "registered_parameters.h"
#include "weighted_module.h"

namespace jennit {

namespace {

/// Zero is allowed: a batch norm that a canonizer has emptied divides by one.
double epsilon(const Options& options) { return at_least_0(options.number("eps", 1e-5), "eps"); }

/// Torch's None, the cumulative average, arrives as an empty list.
std::optional<double> momentum(const Options& options) {
  if (!options.has("momentum")) return 0.1;
  if (options.numbers("momentum").empty()) return std::nullopt;
  return options.number("momentum");
}

std::string repr_of(int64_t features, double eps, std::optional<double> momentum, bool affine, bool tracks) {
  Repr repr;
  repr.value(features).named("eps", eps);
  if (momentum)
    repr.named("momentum", *momentum);
  else
    repr.named("momentum", std::string("None"));
  return repr.named("affine", affine).named("track_running_stats", tracks).str();
}

/// A batch norm with fixed statistics: one factor per channel. LibTorch's derivative reads the input and sums over it
/// for parameters that nobody asks about, and its second derivative does so many times over.
class FixedNormalization : public torch::autograd::Function<FixedNormalization> {
 public:
  /// Weight and bias are absent in a norm that is not affine.
  static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x, const std::optional<Tensor>& weight,
                        const std::optional<Tensor>& bias, const Tensor& mean, const Tensor& var, double eps) {
    context->save_for_backward({var, weight ? *weight : Tensor()});
    context->saved_data["eps"] = eps;
    // Under a rule no gradient comes this way, and none is to be made of zeros.
    context->set_materialize_grads(false);
    return at::batch_norm(x, weight, bias, mean, var, false, 0.0, eps, at::globalContext().userEnabledCuDNN());
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list upper) {
    torch::autograd::variable_list result(6);
    if (!upper[0].defined()) return result;
    const auto saved = context->get_saved_variables();
    const auto &var = saved[0], &weight = saved[1];
    auto factor = (var + context->saved_data["eps"].toDouble()).rsqrt_();
    if (weight.defined()) factor.mul_(weight);
    std::vector<int64_t> per_channel(upper[0].dim(), 1);
    per_channel[1] = var.size(0);
    result[0] = upper[0] * factor.view(per_channel);
    return result;
  }
};

/// Torch's batch norm, with a derivative by the input alone where it needs no other.
template <class Impl>
class BatchNorm : public Impl {
 public:
  using Impl::Impl;

  Tensor forward(const Tensor& x) {
    if (!is_fixed(x)) return Impl::forward(x);
    this->_check_input_dim(x);
    const auto where_defined = [](const Tensor& tensor) {
      return tensor.defined() ? std::optional<Tensor>(tensor) : std::nullopt;
    };
    return FixedNormalization::apply(x, where_defined(this->weight), where_defined(this->bias), this->running_mean,
                                     this->running_var, this->options.eps());
  }

 private:
  bool is_fixed(const Tensor& x) const {
    if (this->is_training() || !this->running_mean.defined() || !this->running_var.defined()) return false;
    if (!at::GradMode::is_enabled() || !x.requires_grad() || x.dim() < 2) return false;
    for (const auto* tensor : {&this->weight, &this->bias, &this->running_mean, &this->running_var})
      if (tensor->defined() &&
          (tensor->requires_grad() || tensor->scalar_type() != x.scalar_type() || tensor->numel() != x.size(1)))
        return false;
    return true;
  }
};

template <class Impl>
ModulePtr make_batch_norm(const std::string& type, const Options& options) {
  const auto features = positive(options, "num_features");
  const auto eps = epsilon(options);
  const auto average = momentum(options);
  const auto affine = options.flag("affine", true), tracks = options.flag("track_running_stats", true);
  const auto torch_options =
      torch::nn::BatchNormOptions(features).eps(eps).momentum(average).affine(affine).track_running_stats(tracks);
  return std::make_shared<Layer<BatchNorm<Impl>>>(type, repr_of(features, eps, average, affine, tracks), torch_options);
}

template <class Impl>
ModulePtr make_instance_norm(const std::string& type, const Options& options) {
  const auto features = positive(options, "num_features");
  const auto eps = epsilon(options), average = options.number("momentum", 0.1);
  const auto affine = options.flag("affine", false), tracks = options.flag("track_running_stats", false);
  const auto torch_options =
      torch::nn::InstanceNormOptions(features).eps(eps).momentum(average).affine(affine).track_running_stats(tracks);
  return std::make_shared<Layer<Impl>>(type, repr_of(features, eps, average, affine, tracks), torch_options);
}

ModulePtr make_layer_norm(const std::string& type, const Options& options) {
  const auto shape = at_least_1(options.integers("normalized_shape"), "normalized_shape");
  if (shape.empty()) throw std::invalid_argument("option 'normalized_shape' must have at least one size");
  const auto eps = epsilon(options);
  const auto affine = options.flag("elementwise_affine", true), bias = options.flag("bias", true);
  const auto torch_options = torch::nn::LayerNormOptions(shape).eps(eps).elementwise_affine(affine);
  const auto repr = Repr().value(shape).named("eps", eps).named("elementwise_affine", affine).str();
  auto layer = std::make_shared<Layer<torch::nn::LayerNormImpl>>(type, repr, torch_options);
  if (affine && !bias) {
    // LibTorch's layer lacks this option of Python's.
    layer->bias = Tensor();
    registered_parameters(*layer)["bias"] = Tensor();
  }
  return layer;
}

ModulePtr make_group_norm(const std::string& type, const Options& options) {
  const auto groups = positive(options, "num_groups"), channels = positive(options, "num_channels");
  if (channels % groups)
    throw std::invalid_argument("num_channels (" + std::to_string(channels) + ") must be divisible by num_groups (" +
                                std::to_string(groups) + ")");
  const auto eps = epsilon(options);
  const auto affine = options.flag("affine", true);
  const auto repr = Repr().value(groups).value(channels).named("eps", eps).named("affine", affine).str();
  return std::make_shared<Layer<torch::nn::GroupNormImpl>>(
      type, repr, torch::nn::GroupNormOptions(groups, channels).eps(eps).affine(affine));
}

/// x w / rms(x) over the last dimensions (Zhang and Sennrich 2019). LibTorch has the operation, but not the layer.
class RMSNorm final : public WeightedModule, public RootMeanSquare {
 public:
  RMSNorm(std::string repr, std::vector<int64_t> shape, std::optional<double> eps, bool affine)
      : WeightedModule("RMSNorm", std::move(repr)), shape_(std::move(shape)), eps_(eps) {
    torch::NoGradGuard unrecorded;
    if (affine) add_weight("weight", shape_).fill_(1);
  }
  std::optional<double> eps() const override { return eps_; }
  int64_t normalized_dims() const override { return static_cast<int64_t>(shape_.size()); }

 protected:
  Tensors run(const Tensors& inputs, const Tensors& weights, bool) const override {
    return {at::rms_norm(only(inputs), shape_, weights.empty() ? std::optional<Tensor>() : weights[0], eps_)};
  }

 private:
  std::vector<int64_t> shape_;
  std::optional<double> eps_;
};

ModulePtr make_rms_norm(const std::string&, const Options& options) {
  const auto shape = at_least_1(options.integers("normalized_shape"), "normalized_shape");
  if (shape.empty()) throw std::invalid_argument("option 'normalized_shape' must have at least one size");
  const auto affine = options.flag("elementwise_affine", true);
  Repr repr;
  repr.value(shape);
  std::optional<double> eps;
  if (options.has("eps")) {
    eps = epsilon(options);
    repr.named("eps", *eps);
  } else {
    repr.named("eps", std::string("None"));
  }
  return std::make_shared<RMSNorm>(repr.named("elementwise_affine", affine).str(), shape, eps, affine);
}

ModulePtr make_local_response_norm(const std::string& type, const Options& options) {
  const auto size = at_least_1(options.integer("size"), "size", longest_window);
  const auto alpha = options.number("alpha", 1e-4), beta = options.number("beta", 0.75), k = options.number("k", 1.0);
  const auto repr = Repr().value(size).named("alpha", alpha).named("beta", beta).named("k", k).str();
  return std::make_shared<FunctionLayer>(type, repr, [=](const Tensor& x, bool) {
    return torch::nn::functional::detail::local_response_norm(x, size, alpha, beta, k);
  });
}

const Registration normalization_layers[] = {
    {"BatchNorm1d", make_batch_norm<torch::nn::BatchNorm1dImpl>},
    {"BatchNorm2d", make_batch_norm<torch::nn::BatchNorm2dImpl>},
    {"BatchNorm3d", make_batch_norm<torch::nn::BatchNorm3dImpl>},
    {"InstanceNorm1d", make_instance_norm<torch::nn::InstanceNorm1dImpl>},
    {"InstanceNorm2d", make_instance_norm<torch::nn::InstanceNorm2dImpl>},
    {"InstanceNorm3d", make_instance_norm<torch::nn::InstanceNorm3dImpl>},
    {"LayerNorm", make_layer_norm},
    {"RMSNorm", make_rms_norm},
    {"GroupNorm", make_group_norm},
    {"LocalResponseNorm", make_local_response_norm},
};

}  // namespace

}  // namespace jennit
