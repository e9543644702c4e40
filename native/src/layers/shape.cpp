#include <cmath>

#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

template <class Function>
ModulePtr shape_layer(const std::string& type, const Repr& repr, const Function& function) {
  return std::make_shared<FunctionLayer>(type, repr.str(), [=](const Tensor& x, bool) { return function(x); });
}

ModulePtr make_flatten(const std::string& type, const Options& options) {
  const auto start = options.integer("start_dim", 1), end = options.integer("end_dim", -1);
  return shape_layer(type, Repr().named("start_dim", start).named("end_dim", end),
                     [=](const Tensor& x) { return x.flatten(start, end); });
}

ModulePtr make_unflatten(const std::string& type, const Options& options) {
  const auto dim = options.integer("dim");
  const auto sizes = options.integers("unflattened_size");
  for (auto size : sizes)
    checked(size, "unflattened_size", "zero, positive, or -1 for what remains", [](int64_t v) { return v >= -1; });
  // LibTorch multiplies them without a look at what 64 bits hold.
  double product = 1;
  for (auto size : sizes) product *= std::abs(static_cast<double>(size));
  checked(product, "unflattened_size", "sizes whose product is at most 2^62", [](double v) { return v <= 0x1p62; });
  return shape_layer(type, Repr().named("dim", dim).named("unflattened_size", sizes),
                     [=](const Tensor& x) { return x.unflatten(dim, sizes); });
}

ModulePtr make_identity(const std::string& type, const Options&) {
  return shape_layer(type, Repr(), [](const Tensor& x) { return x; });
}

/// Over a dimension of one input, or over several inputs, which are never stacked: each keeps its own memory. The
/// second of two may have a weight: -1 for a difference.
class Sum final : public torch::nn::Module, public TorchLayer {
 public:
  Sum(int64_t dim, double alpha)
      : TorchLayer("Sum", alpha == 1 ? "" : Repr().named("alpha", alpha).str()), dim_(dim), alpha_(alpha) {}

  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.empty()) throw std::invalid_argument("Sum takes one input or several, 0 were given");
    if (inputs.size() == 1) return {inputs[0].sum(dim_)};
    if (alpha_ != 1 && inputs.size() != 2)
      throw std::invalid_argument("Sum with alpha takes one input or two, " + std::to_string(inputs.size()) +
                                  " were given");
    auto sum = alpha_ == 1 ? inputs[0] + inputs[1] : at::add(inputs[0], inputs[1], alpha_);
    for (size_t i = 2; i < inputs.size(); ++i) sum = sum + inputs[i];
    return {sum};
  }

 private:
  int64_t dim_;
  double alpha_;
};

ModulePtr make_sum(const std::string&, const Options& options) {
  return std::make_shared<Sum>(options.integer("dim", -1), options.number("alpha", 1));
}

/// torch.cat as a layer.
class Cat final : public torch::nn::Module, public TorchLayer {
 public:
  explicit Cat(int64_t dim) : TorchLayer("Cat", Repr().named("dim", dim).str()), dim_(dim) {}

  torch::nn::Module& module() override { return *this; }

 protected:
  Tensors forward_list(const Tensors& inputs) override {
    if (inputs.empty()) throw std::invalid_argument("Cat takes one input or several, 0 were given");
    return {at::cat(inputs, dim_)};
  }

 private:
  int64_t dim_;
};

ModulePtr make_cat(const std::string&, const Options& options) {
  return std::make_shared<Cat>(options.integer("dim", 0));
}

/// torch.mean as a layer: over some dimensions, or over all.
ModulePtr make_mean(const std::string& type, const Options& options) {
  const auto dim = options.has("dim") ? std::optional(options.integers("dim")) : std::nullopt;
  const auto keepdim = options.flag("keepdim", false);
  Repr repr;
  if (dim) repr.named("dim", *dim);
  return shape_layer(type, repr.named("keepdim", keepdim),
                     [=](const Tensor& x) { return dim ? x.mean(*dim, keepdim) : x.mean(); });
}

/// LibTorch multiplies it with itself.
constexpr int64_t largest_factor = int64_t{1} << 15;

/// A layer with one positive integer as its option.
LayerFactory rearrangement(const std::string& option, Tensor (*function)(const Tensor&, int64_t)) {
  return [=](const std::string& type, const Options& options) {
    const auto count = at_least_1(options.integer(option), option, largest_factor);
    return shape_layer(type, Repr().named(option, count), [=](const Tensor& x) { return function(x, count); });
  };
}

const Registration shape_layers[] = {
    {"Flatten", make_flatten},
    {"Unflatten", make_unflatten},
    {"Identity", make_identity},
    {"Sum", make_sum},
    {"Cat", make_cat},
    {"Mean", make_mean},
    {"PixelShuffle", rearrangement("upscale_factor", at::pixel_shuffle)},
    {"PixelUnshuffle", rearrangement("downscale_factor", at::pixel_unshuffle)},
    {"ChannelShuffle", rearrangement("groups", at::channel_shuffle)},
};

}  // namespace

}  // namespace jennit
