#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

using Dropout = std::function<Tensor(const Tensor& x, double p, bool training)>;

/// `overwriting`, where given, works on the input itself when the option `inplace` is set.
LayerFactory dropout(const Dropout& function, const Dropout& overwriting = {}) {
  return [=](const std::string& type, const Options& options) {
    const auto p = checked(options.number("p", 0.5), "p", "between 0 and 1", [](double v) { return v >= 0 && v <= 1; });
    const auto inplace = options.flag("inplace", false);
    FunctionLayer::Function in_place;
    if (inplace && overwriting) in_place = [=](const Tensor& x, bool training) { return overwriting(x, p, training); };
    return std::make_shared<FunctionLayer>(
        type, Repr().named("p", p).named("inplace", inplace).str(),
        [=](const Tensor& x, bool training) { return function(x, p, training); }, in_place);
  };
}

Tensor dropout_(Tensor x, double p, bool training) { return at::dropout_(x, p, training); }
Tensor feature_dropout_(Tensor x, double p, bool training) { return at::feature_dropout_(x, p, training); }

/// Drops whole channels, also of an input of `unbatched_dim` dimensions, which has no batch dimension.
Dropout channels(const Dropout& function, int64_t unbatched_dim) {
  return [=](const Tensor& x, double p, bool training) {
    if (x.dim() != unbatched_dim) return function(x, p, training);
    return function(x.unsqueeze(0), p, training).squeeze(0);
  };
}

/// As `channels`, but refuses all inputs without one spatial dimension, as torch does for Dropout1d alone.
Dropout channels1d(const Dropout& function) {
  return [=](const Tensor& x, double p, bool training) {
    if (x.dim() != 2 && x.dim() != 3)
      throw std::invalid_argument("the input must have 2 or 3 dimensions, but has " + std::to_string(x.dim()));
    return channels(function, 2)(x, p, training);
  };
}

const Registration dropout_layers[] = {
    {"Dropout", dropout(at::dropout, dropout_)},
    {"Dropout1d", dropout(channels1d(at::feature_dropout), channels1d(feature_dropout_))},
    // Torch reads an input of three dimensions as a batch here, other than in 1d and 3d.
    {"Dropout2d", dropout(at::feature_dropout, feature_dropout_)},
    {"Dropout3d", dropout(channels(at::feature_dropout, 4), channels(feature_dropout_, 4))},
    // Python prints `inplace` for these two, but never works in place.
    {"AlphaDropout", dropout(at::alpha_dropout)},
    {"FeatureAlphaDropout", dropout(at::feature_alpha_dropout)},
};

}  // namespace

}  // namespace jennit
