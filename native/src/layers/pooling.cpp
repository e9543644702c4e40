#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

/// One value prints as a scalar, as in Python, where one number stands for all dimensions.
std::string sizes(const std::vector<int64_t>& values) {
  return values.size() == 1 ? std::to_string(values[0]) : Repr().value(values).str();
}

/// What max and average pooling share: each option as the user gave it, and one value per dimension.
struct Window {
  std::vector<int64_t> kernel_size, stride, padding;
  bool ceil_mode;
  std::vector<int64_t> shown_kernel, shown_stride, shown_padding;

  Window(const Options& options, size_t dims)
      : kernel_size(at_least_1(options.expanded("kernel_size", dims), "kernel_size", longest_window)),
        stride(options.has("stride") ? at_least_1(options.expanded("stride", dims), "stride") : kernel_size),
        padding(at_least_0(options.expanded("padding", dims, 0), "padding", longest_window)),
        ceil_mode(options.flag("ceil_mode", false)),
        shown_kernel(options.integers("kernel_size")),
        shown_stride(options.integers("stride", shown_kernel)),
        shown_padding(options.integers("padding", {0})) {}
};

using MaxPool = Tensor (*)(const Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, bool);

template <size_t D>
LayerFactory max_pool(MaxPool pool) {
  return [=](const std::string& type, const Options& options) {
    const Window window(options, D);
    const auto dilation = at_least_1(options.expanded("dilation", D, 1), "dilation");
    check_span(window.kernel_size, dilation);
    const auto repr = Repr()
                          .named("kernel_size", sizes(window.shown_kernel))
                          .named("stride", sizes(window.shown_stride))
                          .named("padding", sizes(window.shown_padding))
                          .named("dilation", sizes(options.integers("dilation", {1})))
                          .named("ceil_mode", window.ceil_mode)
                          .str();
    return std::make_shared<FunctionLayer>(type, repr, [=](const Tensor& x, bool) {
      return pool(x, window.kernel_size, window.stride, window.padding, dilation, window.ceil_mode);
    });
  };
}

ModulePtr make_avg_pool1d(const std::string& type, const Options& options) {
  const Window window(options, 1);
  const auto counts_padding = options.flag("count_include_pad", true);
  // Python makes tuples of these, in one dimension alone.
  const auto repr = Repr()
                        .named("kernel_size", window.kernel_size)
                        .named("stride", window.stride)
                        .named("padding", window.padding)
                        .str();
  return std::make_shared<FunctionLayer>(type, repr, [=](const Tensor& x, bool) {
    return at::avg_pool1d(x, window.kernel_size, window.stride, window.padding, window.ceil_mode, counts_padding);
  });
}

using AvgPool = Tensor (*)(const Tensor&, at::IntArrayRef, at::IntArrayRef, at::IntArrayRef, bool, bool,
                           std::optional<int64_t>);

template <size_t D>
LayerFactory avg_pool(AvgPool pool) {
  return [=](const std::string& type, const Options& options) {
    const Window window(options, D);
    const auto counts_padding = options.flag("count_include_pad", true);
    std::optional<int64_t> divisor;
    if (options.has("divisor_override"))
      divisor = checked(options.integer("divisor_override"), "divisor_override", "other than 0",
                        [](int64_t v) { return v != 0; });
    const auto repr = Repr()
                          .named("kernel_size", sizes(window.shown_kernel))
                          .named("stride", sizes(window.shown_stride))
                          .named("padding", sizes(window.shown_padding))
                          .str();
    return std::make_shared<FunctionLayer>(type, repr, [=](const Tensor& x, bool) {
      return pool(x, window.kernel_size, window.stride, window.padding, window.ceil_mode, counts_padding, divisor);
    });
  };
}

/// Stands for Python's None in output_size: that dimension keeps the input's size.
constexpr int64_t kept = -1;

std::string output_sizes(const std::vector<int64_t>& values) {
  std::string text;
  for (auto value : values)
    text += (text.empty() ? "" : ", ") + (value == kept ? std::string("None") : std::to_string(value));
  return values.size() == 1 ? text : "(" + text + ")";
}

using AdaptivePool = Tensor (*)(const Tensor&, at::IntArrayRef);

template <size_t D>
LayerFactory adaptive_pool(AdaptivePool pool) {
  return [=](const std::string& type, const Options& options) {
    const auto size = options.expanded("output_size", D);
    for (auto value : size)
      checked(value, "output_size", "zero, positive, or -1 to keep the input's size",
              [](int64_t v) { return v >= 0 || v == kept; });
    between(size, "output_size", kept, largest_size);
    const auto repr = Repr().named("output_size", output_sizes(options.integers("output_size"))).str();
    return std::make_shared<FunctionLayer>(type, repr, [=](const Tensor& x, bool) {
      auto output = size;
      for (size_t i = 0; i < D; ++i)
        if (output[i] == kept) output[i] = x.size(static_cast<int64_t>(i) - static_cast<int64_t>(D));
      return pool(x, output);
    });
  };
}

Tensor adaptive_max_pool1d(const Tensor& x, at::IntArrayRef size) {
  return std::get<0>(at::adaptive_max_pool1d(x, size));
}
Tensor adaptive_max_pool2d(const Tensor& x, at::IntArrayRef size) {
  return std::get<0>(at::adaptive_max_pool2d(x, size));
}
Tensor adaptive_max_pool3d(const Tensor& x, at::IntArrayRef size) {
  return std::get<0>(at::adaptive_max_pool3d(x, size));
}

const Registration pooling_layers[] = {
    {"MaxPool1d", max_pool<1>(at::max_pool1d)},
    {"MaxPool2d", max_pool<2>(at::max_pool2d)},
    {"MaxPool3d", max_pool<3>(at::max_pool3d)},
    {"AvgPool1d", make_avg_pool1d},
    {"AvgPool2d", avg_pool<2>(at::avg_pool2d)},
    {"AvgPool3d", avg_pool<3>(at::avg_pool3d)},
    {"AdaptiveMaxPool1d", adaptive_pool<1>(adaptive_max_pool1d)},
    {"AdaptiveMaxPool2d", adaptive_pool<2>(adaptive_max_pool2d)},
    {"AdaptiveMaxPool3d", adaptive_pool<3>(adaptive_max_pool3d)},
    {"AdaptiveAvgPool1d", adaptive_pool<1>(at::adaptive_avg_pool1d)},
    {"AdaptiveAvgPool2d", adaptive_pool<2>(at::adaptive_avg_pool2d)},
    {"AdaptiveAvgPool3d", adaptive_pool<3>(at::adaptive_avg_pool3d)},
};

}  // namespace

}  // namespace jennit
