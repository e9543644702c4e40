#include "linear.h"

#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

class LinearProduct final : public LinearMap {
 public:
  int64_t sample_dim() const override { return 1; }
  bool takes(const Tensor& x) const override { return x.dim() > 0; }
  Tensor product(const Tensor& x, const Tensor& w, const Tensor& b) const override { return at::linear(x, w, b); }
  Tensor transposed(const Tensor& s, const Tensor& w, at::IntArrayRef) const override { return s.matmul(w); }
  Tensor broadcast_bias(const Tensor& bias, int64_t) const override { return bias; }
  int64_t input_channel_dim() const override { return 1; }
};

ModulePtr make_linear(const std::string& type, const Options& options) {
  const auto in = positive(options, "in_features"), out = positive(options, "out_features");
  const auto bias = options.flag("bias", true);
  const auto repr = Repr().named("in_features", in).named("out_features", out).named("bias", bias).str();
  return std::make_shared<Layer<torch::nn::LinearImpl>>(type, repr, torch::nn::LinearOptions(in, out).bias(bias),
                                                        linear_product());
}

ModulePtr make_bilinear(const std::string& type, const Options& options) {
  const auto in1 = positive(options, "in1_features"), in2 = positive(options, "in2_features");
  const auto out = positive(options, "out_features");
  const auto bias = options.flag("bias", true);
  const auto repr =
      Repr().named("in1_features", in1).named("in2_features", in2).named("out_features", out).named("bias", bias).str();
  return std::make_shared<Layer<torch::nn::BilinearImpl>>(type, repr,
                                                          torch::nn::BilinearOptions(in1, in2, out).bias(bias));
}

const Registration linear_layers[] = {
    {"Linear", make_linear},
    // The name that torch gives to the layers of an attention.
    {"NonDynamicallyQuantizableLinear", make_linear},
    {"Bilinear", make_bilinear},
};

}  // namespace

std::unique_ptr<LinearMap> linear_product() { return std::make_unique<LinearProduct>(); }

}  // namespace jennit
