#include <cmath>

#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

using Size = at::OptionalIntArrayRef;
using Factors = std::optional<at::ArrayRef<double>>;

/// The spatial dimensions that a mode is for; 0 stands for one to three.
int64_t dimensions_of(const std::string& mode) {
  if (mode == "nearest" || mode == "nearest-exact" || mode == "area") return 0;
  if (mode == "linear") return 1;
  if (mode == "bilinear" || mode == "bicubic") return 2;
  if (mode == "trilinear") return 3;
  throw std::invalid_argument(
      "option 'mode' must be nearest, nearest-exact, area, linear, bilinear, bicubic or trilinear, but is '" + mode +
      "'");
}

/// Torch's interpolate: exactly one of `size` and `factors` is given.
struct Interpolation {
  std::vector<int64_t> size;
  std::vector<double> factors;
  std::string mode;
  bool align_corners, recomputes_factors;

  Tensor operator()(const Tensor& x) const {
    const auto dims = x.dim() - 2, wanted = dimensions_of(mode);
    if (dims < 1 || dims > 3 || (wanted && dims != wanted))
      throw std::invalid_argument("mode '" + mode + "' takes an input of " +
                                  (wanted ? std::to_string(wanted + 2) : std::string("3 to 5")) +
                                  " dimensions, but it has " + std::to_string(x.dim()));
    auto output = spread(size, dims, "size");
    auto scales = spread(factors, dims, "scale_factor");
    if (!scales.empty() && (recomputes_factors || mode == "area")) {
      for (int64_t i = 0; i < dims; ++i)
        output.push_back(static_cast<int64_t>(std::floor(static_cast<double>(x.size(i + 2)) * scales[i])));
      scales.clear();
    }
    return run(x, dims, output.empty() ? Size() : Size(output), scales.empty() ? Factors() : Factors(scales));
  }

 private:
  template <class Number>
  static std::vector<Number> spread(std::vector<Number> values, int64_t dims, const std::string& name) {
    if (values.size() == 1) values.resize(dims, values[0]);
    if (!values.empty() && static_cast<int64_t>(values.size()) != dims)
      throw std::invalid_argument("option '" + name + "' has " + std::to_string(values.size()) +
                                  " values, but the input has " + std::to_string(dims) + " spatial dimensions");
    return values;
  }

  Tensor run(const Tensor& x, int64_t dims, Size output, Factors scales) const {
    if (mode == "nearest") {
      if (dims == 1) return at::upsample_nearest1d(x, output, scales);
      if (dims == 2) return at::upsample_nearest2d(x, output, scales);
      return at::upsample_nearest3d(x, output, scales);
    }
    if (mode == "nearest-exact") {
      if (dims == 1) return at::_upsample_nearest_exact1d(x, output, scales);
      if (dims == 2) return at::_upsample_nearest_exact2d(x, output, scales);
      return at::_upsample_nearest_exact3d(x, output, scales);
    }
    if (mode == "area") {
      if (dims == 1) return at::adaptive_avg_pool1d(x, *output);
      if (dims == 2) return at::adaptive_avg_pool2d(x, *output);
      return at::adaptive_avg_pool3d(x, *output);
    }
    if (mode == "linear") return at::upsample_linear1d(x, output, align_corners, scales);
    if (mode == "bilinear") return at::upsample_bilinear2d(x, output, align_corners, scales);
    if (mode == "bicubic") return at::upsample_bicubic2d(x, output, align_corners, scales);
    return at::upsample_trilinear3d(x, output, align_corners, scales);
  }
};

std::string tuple(const std::vector<double>& values) {
  Repr list;
  for (auto value : values) list.value(value);
  return values.size() == 1 ? list.str() : "(" + list.str() + ")";
}

ModulePtr make_upsample(const std::string& type, const Options& options) {
  if (options.has("size") == options.has("scale_factor"))
    throw std::invalid_argument("needs one of the options 'size' and 'scale_factor'");
  Interpolation interpolation{at_least_1(options.integers("size", {}), "size"),
                              options.has("scale_factor") ? options.numbers("scale_factor") : std::vector<double>(),
                              options.text("mode", "nearest"), options.flag("align_corners", false),
                              options.flag("recompute_scale_factor", false)};
  for (auto factor : interpolation.factors)
    checked(factor, "scale_factor", "positive and at most 2147483647",
            [](double v) { return v > 0 && v <= largest_size; });
  if (dimensions_of(interpolation.mode) == 0 && options.has("align_corners"))
    throw std::invalid_argument("option 'align_corners' is for the modes linear, bilinear, bicubic and trilinear");
  if (options.has("size") && interpolation.recomputes_factors)
    throw std::invalid_argument("option 'recompute_scale_factor' needs 'scale_factor' instead of 'size'");

  Repr repr;
  if (options.has("scale_factor"))
    repr.named("scale_factor", tuple(interpolation.factors));
  else if (interpolation.size.size() == 1)
    repr.named("size", interpolation.size[0]);
  else
    repr.named("size", interpolation.size);
  repr.named("mode", "'" + interpolation.mode + "'");
  return std::make_shared<FunctionLayer>(type, repr.str(),
                                         [interpolation](const Tensor& x, bool) { return interpolation(x); });
}

const Registration upsample{"Upsample", make_upsample};

}  // namespace

}  // namespace jennit
