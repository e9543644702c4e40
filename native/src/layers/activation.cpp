#include "checks.h"
#include "layer.h"
#include "softplus.h"

namespace jennit {

namespace {

using Plain = Tensor (*)(const Tensor&);
using InPlace = Tensor& (*)(Tensor&);

template <class Function>
ModulePtr activation(const std::string& type, const Repr& repr, const Function& function) {
  return std::make_shared<FunctionLayer>(type, repr.str(), [=](const Tensor& x, bool) { return function(x); });
}

/// With torch's option `inplace`; `overwriting` works on the input itself.
template <class Function, class Overwriting>
ModulePtr activation(const std::string& type, const Options& options, Repr repr, Function function,
                     Overwriting overwriting, bool prints_inplace = true) {
  if (!options.flag("inplace", false)) return activation(type, repr, function);
  if (prints_inplace) repr.named("inplace", true);
  return std::make_shared<FunctionLayer>(
      type, repr.str(), [=](const Tensor& x, bool) { return function(x); },
      [=](const Tensor& x, bool) {
        auto itself = x;
        return overwriting(itself);
      });
}

LayerFactory plain(Plain function) {
  return [=](const std::string& type, const Options&) { return activation(type, Repr(), function); };
}

LayerFactory plain(Plain function, InPlace overwriting, bool prints_inplace = true) {
  return [=](const std::string& type, const Options& options) {
    return activation(type, options, Repr(), function, overwriting, prints_inplace);
  };
}

Tensor softsign(const Tensor& x) { return x / (x.abs() + 1); }
Tensor tanhshrink(const Tensor& x) { return x - x.tanh(); }
// As OpenAI's CLIP has it: the sigmoid stands for the normal distribution.
Tensor quick_gelu(const Tensor& x) { return x * at::sigmoid(1.702 * x); }
Tensor relu6(const Tensor& x) { return at::hardtanh(x, 0, 6); }
Tensor& relu6_(Tensor& x) { return at::hardtanh_(x, 0, 6); }

const Registration layers_without_options[] = {
    {"Sigmoid", plain(at::sigmoid)},
    {"LogSigmoid", plain(at::log_sigmoid)},
    {"Softsign", plain(softsign)},
    {"Tanh", plain(at::tanh)},
    {"Tanhshrink", plain(tanhshrink)},
    {"QuickGELU", plain(quick_gelu)},
    {"ReLU", plain(at::relu, at::relu_)},
    {"ReLU6", plain(relu6, relu6_)},
    {"SELU", plain(at::selu, at::selu_)},
    {"SiLU", plain(at::silu, at::silu_)},
    {"Mish", plain(at::mish, at::mish_)},
    // Python prints no arguments for these two.
    {"Hardsigmoid", plain(at::hardsigmoid, at::hardsigmoid_, false)},
    {"Hardswish", plain(at::hardswish, at::hardswish_, false)},
};

ModulePtr make_elu(const std::string& type, const Options& options) {
  const auto alpha = options.number("alpha", 1.0);
  return activation(
      type, options, Repr().named("alpha", alpha), [=](const Tensor& x) { return at::elu(x, alpha); },
      [=](Tensor& x) { return at::elu_(x, alpha); });
}

ModulePtr make_celu(const std::string& type, const Options& options) {
  const auto alpha = checked(options.number("alpha", 1.0), "alpha", "other than 0", [](double v) { return v != 0; });
  return activation(
      type, options, Repr().named("alpha", alpha), [=](const Tensor& x) { return at::celu(x, alpha); },
      [=](Tensor& x) { return at::celu_(x, alpha); });
}

ModulePtr make_leaky_relu(const std::string& type, const Options& options) {
  const auto slope = options.number("negative_slope", 0.01);
  return activation(
      type, options, Repr().named("negative_slope", slope), [=](const Tensor& x) { return at::leaky_relu(x, slope); },
      [=](Tensor& x) { return at::leaky_relu_(x, slope); });
}

ModulePtr make_hardtanh(const std::string& type, const Options& options) {
  const auto low = options.number("min_val", -1.0);
  const auto high =
      checked(options.number("max_val", 1.0), "max_val", "greater than min_val", [=](double v) { return v > low; });
  return activation(
      type, options, Repr().named("min_val", low).named("max_val", high),
      [=](const Tensor& x) { return at::hardtanh(x, low, high); },
      [=](Tensor& x) { return at::hardtanh_(x, low, high); });
}

ModulePtr make_threshold(const std::string& type, const Options& options) {
  const auto threshold = options.number("threshold"), value = options.number("value");
  return activation(
      type, options, Repr().named("threshold", threshold).named("value", value),
      [=](const Tensor& x) { return at::threshold(x, threshold, value); },
      [=](Tensor& x) { return at::threshold_(x, threshold, value); });
}

/// Random slopes in training, so the function needs to know of it.
ModulePtr make_rrelu(const std::string& type, const Options& options) {
  const auto lower = options.number("lower", 1.0 / 8);
  const auto upper = checked(options.number("upper", 1.0 / 3), "upper", "at least the option 'lower'",
                             [=](double v) { return v >= lower; });
  const auto inplace = options.flag("inplace", false);
  const auto repr = Repr().named("lower", lower).named("upper", upper).unless("inplace", inplace, false).str();
  FunctionLayer::Function overwriting;
  if (inplace) overwriting = [=](Tensor x, bool training) { return at::rrelu_(x, lower, upper, training); };
  return std::make_shared<FunctionLayer>(
      type, repr, [=](const Tensor& x, bool training) { return at::rrelu(x, lower, upper, training); }, overwriting);
}

ModulePtr make_softplus(const std::string& type, const Options& options) {
  const auto beta = options.number("beta", 1.0), threshold = options.number("threshold", 20.0);
  return activation(type, Repr().named("beta", beta).named("threshold", threshold),
                    [=](const Tensor& x) { return softplus(x, beta, threshold); });
}

ModulePtr make_hardshrink(const std::string& type, const Options& options) {
  const auto lambd = options.number("lambd", 0.5);
  return activation(type, Repr().value(lambd), [=](const Tensor& x) { return at::hardshrink(x, lambd); });
}

ModulePtr make_softshrink(const std::string& type, const Options& options) {
  const auto lambd = at_least_0(options.number("lambd", 0.5), "lambd");
  return activation(type, Repr().value(lambd), [=](const Tensor& x) { return at::softshrink(x, lambd); });
}

ModulePtr make_gelu(const std::string& type, const Options& options) {
  const auto approximate = checked(options.text("approximate", "none"), "approximate", "none or tanh",
                                   [](const std::string& v) { return v == "none" || v == "tanh"; });
  return activation(type, Repr().named("approximate", "'" + approximate + "'"),
                    [=](const Tensor& x) { return at::gelu(x, approximate); });
}

ModulePtr make_glu(const std::string& type, const Options& options) {
  const auto dim = options.integer("dim", -1);
  return activation(type, Repr().named("dim", dim), [=](const Tensor& x) { return at::glu(x, dim); });
}

using FunctionAlongDim = Tensor (*)(const Tensor& x, int64_t dim);

/// Without the option `dim`, torch takes the channels: dimension 0 of 0, 1 or 3 dimensions, otherwise 1.
LayerFactory along_dim(FunctionAlongDim function) {
  return [=](const std::string& type, const Options& options) {
    if (!options.has("dim"))
      return activation(type, Repr().named("dim", std::string("None")), [=](const Tensor& x) {
        return function(x, x.dim() == 0 || x.dim() == 1 || x.dim() == 3 ? 0 : 1);
      });
    const auto dim = options.integer("dim");
    return activation(type, Repr().named("dim", dim), [=](const Tensor& x) { return function(x, dim); });
  };
}

Tensor softmin(const Tensor& x, int64_t dim) { return at::softmax(-x, dim); }
Tensor log_softmax(const Tensor& x, int64_t dim) { return at::log_softmax(x, dim); }

ModulePtr make_prelu(const std::string& type, const Options& options) {
  const auto count = at_least_1(options.integer("num_parameters", 1), "num_parameters");
  const auto torch_options = torch::nn::PReLUOptions().num_parameters(count).init(options.number("init", 0.25));
  return std::make_shared<Layer<torch::nn::PReLUImpl>>(type, Repr().named("num_parameters", count).str(),
                                                       torch_options);
}

const Registration layers_with_options[] = {
    {"ELU", make_elu},
    {"CELU", make_celu},
    {"LeakyReLU", make_leaky_relu},
    {"Hardtanh", make_hardtanh},
    {"Threshold", make_threshold},
    {"RReLU", make_rrelu},
    {"Softplus", make_softplus},
    {"Hardshrink", make_hardshrink},
    {"Softshrink", make_softshrink},
    {"GELU", make_gelu},
    {"GLU", make_glu},
    {"Softmin", along_dim(softmin)},
    {"LogSoftmax", along_dim(log_softmax)},
    {"PReLU", make_prelu},
};

}  // namespace

}  // namespace jennit
