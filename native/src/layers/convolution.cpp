#include "checks.h"
#include "convolution_product.h"
#include "layer.h"

namespace jennit {

namespace {

using torch::nn::ConvOptions;
using torch::nn::ConvTransposeOptions;

template <size_t D>
using Array = torch::ExpandingArray<D>;

template <size_t D>
Array<D> array(const std::vector<int64_t>& values) {
  return Array<D>(at::IntArrayRef(values));
}

void check_channels(int64_t in, int64_t out, int64_t groups) {
  if (in < 1 || out < 1 || groups < 1)
    throw std::invalid_argument("in_channels, out_channels and groups must be positive");
  if (in % groups || out % groups)
    throw std::invalid_argument("in_channels and out_channels must be divisible by groups, but are " +
                                std::to_string(in) + ", " + std::to_string(out) + " and " + std::to_string(groups));
}

template <class Torch>
void set_padding_mode(Torch& torch_options, const std::string& mode) {
  if (mode == "zeros")
    torch_options.padding_mode(torch::kZeros);
  else if (mode == "reflect")
    torch_options.padding_mode(torch::kReflect);
  else if (mode == "replicate")
    torch_options.padding_mode(torch::kReplicate);
  else if (mode == "circular")
    torch_options.padding_mode(torch::kCircular);
  else
    throw std::invalid_argument("padding_mode must be zeros, reflect, replicate or circular, but is '" + mode + "'");
}

template <size_t D, class Impl>
ModulePtr make_conv(const std::string& type, const Options& options) {
  const auto in = options.integer("in_channels"), out = options.integer("out_channels");
  const auto kernel = at_least_1(options.expanded("kernel_size", D), "kernel_size", longest_window);
  const auto stride = at_least_1(options.expanded("stride", D, 1), "stride");
  const auto dilation = at_least_1(options.expanded("dilation", D, 1), "dilation");
  const auto groups = options.integer("groups", 1);
  const auto bias = options.flag("bias", true);
  const auto mode = options.text("padding_mode", "zeros");
  check_channels(in, out, groups);
  check_span(kernel, dilation);

  auto torch_options = ConvOptions<D>(in, out, array<D>(kernel))
                           .stride(array<D>(stride))
                           .dilation(array<D>(dilation))
                           .groups(groups)
                           .bias(bias);
  set_padding_mode(torch_options, mode);

  // Left and right padding of each dimension; they differ where "same" meets an even kernel.
  std::vector<int64_t> left(D, 0), right(D, 0);
  std::string named_padding;
  try {
    named_padding = options.text("padding", "");
  } catch (const std::invalid_argument&) {
    left = right = at_least_0(options.expanded("padding", D), "padding", longest_window);
  }
  if (named_padding == "same") {
    for (size_t i = 0; i < D; ++i) {
      if (stride[i] != 1) throw std::invalid_argument("padding 'same' needs a stride of 1");
      const auto total = dilation[i] * (kernel[i] - 1);
      left[i] = total / 2;
      right[i] = total - left[i];
    }
    torch_options.padding(torch::kSame);
  } else if (named_padding.empty() || named_padding == "valid") {
    torch_options.padding(array<D>(left));
  } else {
    throw std::invalid_argument("option 'padding' must be integers, 'same' or 'valid', but is '" + named_padding + "'");
  }

  ConvolutionGeometry geometry{stride, left, dilation, std::vector<int64_t>(D, 0), groups, false, mode, {}};
  if (mode != "zeros" || left != right) {
    geometry.padding.assign(D, 0);
    for (size_t i = D; i-- > 0;) geometry.surround.insert(geometry.surround.end(), {left[i], right[i]});
    if (mode == "zeros") geometry.padding_mode = "constant";
  }

  Repr repr;
  repr.value(in).value(out).named("kernel_size", kernel).named("stride", stride);
  if (named_padding.empty())
    repr.unless("padding", left, std::vector<int64_t>(D, 0));
  else
    repr.named("padding", named_padding);
  repr.unless("dilation", dilation, std::vector<int64_t>(D, 1)).unless("groups", groups, int64_t{1});
  repr.unless("bias", bias, true).unless<std::string>("padding_mode", mode, "zeros");
  return std::make_shared<Layer<Impl>>(type, repr.str(), torch_options,
                                       std::make_unique<ConvolutionProduct>(std::move(geometry)));
}

template <size_t D, class Impl>
ModulePtr make_conv_transpose(const std::string& type, const Options& options) {
  const auto in = options.integer("in_channels"), out = options.integer("out_channels");
  const auto kernel = at_least_1(options.expanded("kernel_size", D), "kernel_size", longest_window);
  const auto stride = at_least_1(options.expanded("stride", D, 1), "stride");
  const auto padding = at_least_0(options.expanded("padding", D, 0), "padding", longest_window);
  const auto output_padding = at_least_0(options.expanded("output_padding", D, 0), "output_padding");
  const auto dilation = at_least_1(options.expanded("dilation", D, 1), "dilation");
  const auto groups = options.integer("groups", 1);
  const auto bias = options.flag("bias", true);
  const auto mode = options.text("padding_mode", "zeros");
  check_channels(in, out, groups);
  check_span(kernel, dilation);
  if (mode != "zeros") throw std::invalid_argument("padding_mode must be zeros for a transposed convolution");

  const auto torch_options = ConvTransposeOptions<D>(in, out, array<D>(kernel))
                                 .stride(array<D>(stride))
                                 .padding(array<D>(padding))
                                 .output_padding(array<D>(output_padding))
                                 .dilation(array<D>(dilation))
                                 .groups(groups)
                                 .bias(bias);
  Repr repr;
  repr.value(in).value(out).named("kernel_size", kernel).named("stride", stride);
  repr.unless("padding", padding, std::vector<int64_t>(D, 0)).unless("dilation", dilation, std::vector<int64_t>(D, 1));
  repr.unless("output_padding", output_padding, std::vector<int64_t>(D, 0)).unless("groups", groups, int64_t{1});
  repr.unless("bias", bias, true);
  ConvolutionGeometry geometry{stride, padding, dilation, output_padding, groups, true, mode, {}};
  return std::make_shared<Layer<Impl>>(type, repr.str(), torch_options,
                                       std::make_unique<ConvolutionProduct>(std::move(geometry)));
}

const Registration conv1d{"Conv1d", make_conv<1, torch::nn::Conv1dImpl>};
const Registration conv2d{"Conv2d", make_conv<2, torch::nn::Conv2dImpl>};
const Registration conv3d{"Conv3d", make_conv<3, torch::nn::Conv3dImpl>};
const Registration transpose1d{"ConvTranspose1d", make_conv_transpose<1, torch::nn::ConvTranspose1dImpl>};
const Registration transpose2d{"ConvTranspose2d", make_conv_transpose<2, torch::nn::ConvTranspose2dImpl>};
const Registration transpose3d{"ConvTranspose3d", make_conv_transpose<3, torch::nn::ConvTranspose3dImpl>};

}  // namespace

}  // namespace jennit
