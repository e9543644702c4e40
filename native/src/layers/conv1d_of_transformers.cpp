#include "checks.h"
#include "layer.h"
#include "weighted_module.h"

namespace jennit {

namespace {

/// A dense layer's map for weights of (in_features, out_features).
class TransposedLinearProduct final : public LinearMap {
 public:
  int64_t sample_dim() const override { return 1; }
  bool takes(const Tensor& x) const override { return x.dim() > 0; }
  Tensor product(const Tensor& x, const Tensor& w, const Tensor& b) const override { return at::linear(x, w.t(), b); }
  Tensor transposed(const Tensor& s, const Tensor& w, at::IntArrayRef) const override { return s.matmul(w.t()); }
  Tensor broadcast_bias(const Tensor& bias, int64_t) const override { return bias; }
  int64_t input_channel_dim() const override { return 0; }
};

/// Hugging Face's dense layer of GPT-2 (transformers.pytorch_utils.Conv1D): (..., nx) to (..., nf), with its weight as
/// (nx, nf).
class Conv1D final : public WeightedModule {
 public:
  Conv1D(const std::string& type, std::string repr, int64_t nf, int64_t nx) : WeightedModule(type, std::move(repr)) {
    torch::NoGradGuard unrecorded;
    add_weight("weight", {nx, nf}).normal_(0, 0.02);
    add_weight("bias", {nf}).zero_();
  }
  const LinearMap* linear_map() const override { return &map_; }

 protected:
  Tensors run(const Tensors& inputs, const Tensors& weights, bool) const override {
    return {map_.product(only(inputs), weights[0], weights[1])};
  }

 private:
  TransposedLinearProduct map_;
};

ModulePtr make_conv1d(const std::string& type, const Options& options) {
  const auto nf = positive(options, "nf"), nx = positive(options, "nx");
  return std::make_shared<Conv1D>(type, Repr().named("nf", nf).named("nx", nx).str(), nf, nx);
}

const Registration conv1d_of_transformers{"Conv1D", make_conv1d};

}  // namespace

}  // namespace jennit
