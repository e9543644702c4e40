#include "convolution_function.h"

#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <mutex>

namespace jennit {

namespace {

using torch::autograd::Node;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

std::tuple<Tensor, Tensor, Tensor> gradients(const Tensor& s, const Tensor& x, const Tensor& w,
                                             const ConvolutionGeometry& g, std::array<bool, 3> wanted) {
  return at::convolution_backward(s, x, w, c10::nullopt, g.stride, g.padding, g.dilation, g.transposed,
                                  g.output_padding, g.groups, wanted);
}

/// The gradient by the bias: the sum over all but the channels.
Tensor summed(const Tensor& s) {
  std::vector<int64_t> others{0};
  for (int64_t i = 2; i < s.dim(); ++i) others.push_back(i);
  return s.sum(others);
}

bool needs_history(std::initializer_list<Tensor> tensors) {
  if (!at::GradMode::is_enabled()) return false;
  for (const auto& tensor : tensors)
    if (tensor.defined() && tensor.requires_grad()) return true;
  return false;
}

/// The order of images or volumes in memory. LibTorch's own answer goes by the stride of a single image too, which its
/// loops leave to chance.
at::MemoryFormat order_of(const Tensor& values) {
  const auto suggested = values.suggest_memory_format();
  if (suggested != at::MemoryFormat::Contiguous || values.dim() != 4) return suggested;
  if (values.size(1) < 2 || values.size(2) * values.size(3) < 2) return suggested;
  const auto strides = c10::get_channels_last_strides_2d(values.sizes());
  for (int64_t i = 0; i < 4; ++i)
    if (values.size(i) > 1 && values.stride(i) != strides[i]) return suggested;
  return at::MemoryFormat::ChannelsLast;
}

/// The order that a convolution works in: channels_last where the weight or the values say.
at::MemoryFormat order_of_work(const Tensor& values, const Tensor& w) {
  const auto of_weight = order_of(w);
  return of_weight == at::MemoryFormat::Contiguous ? order_of(values) : of_weight;
}

/// A weight in this order. Kernels of one pixel lie in every order: their strides are to say which, since LibTorch asks
/// them alone where it serves several targets at once.
Tensor ordered(const Tensor& w, at::MemoryFormat order) {
  auto weight = w.contiguous(order);
  if (order != at::MemoryFormat::ChannelsLast || weight.suggest_memory_format() == order) return weight;
  return weight.as_strided(weight.sizes(), c10::get_channels_last_strides_2d(weight.sizes()));
}

/// Runs `forward` unrecorded and puts a node over its result.
template <class Recorded, class Forward>
Tensor record(const std::shared_ptr<Recorded>& node, const variable_list& inputs, const Forward& forward) {
  node->set_next_edges(torch::autograd::collect_next_edges(inputs));
  Tensor result;
  {
    at::AutoDispatchBelowADInplaceOrView unrecorded;
    result = forward();
  }
  torch::autograd::set_history(result, node);
  return result;
}

/// The derivative of a convolution, by its input, weight and bias.
class ConvolutionNode final : public Node {
 public:
  ConvolutionNode(const Tensor& x, const Tensor& w, const ConvolutionGeometry& geometry)
      : weight_(w, false), input_sizes_(x.sizes().vec()), geometry_(geometry) {
    // The input's gradient needs the weight alone.
    if (w.requires_grad()) input_ = SavedVariable(x, false);
  }

  std::string name() const override { return "Convolution"; }

  variable_list apply(variable_list&& upper) override {
    variable_list result(3);
    const auto& s = upper[0];
    if (!s.defined()) return result;
    std::lock_guard<std::mutex> lock(mutex_);
    const bool by_weight = task_should_compute_output(1), by_bias = task_should_compute_output(2);
    const auto weight = weight_.unpack();
    if (task_should_compute_output(0)) result[0] = transposed_convolution(s, weight, input_sizes_, geometry_);
    if (by_weight) result[1] = std::get<1>(gradients(s, input_.unpack(), weight, geometry_, {false, true, false}));
    if (by_bias) result[2] = summed(s);
    return result;
  }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    input_.reset_data();
    weight_.reset_data();
  }

 private:
  std::mutex mutex_;
  SavedVariable input_, weight_;
  std::vector<int64_t> input_sizes_;
  ConvolutionGeometry geometry_;
};

/// The derivative of a transposed product, by what it takes back and by the weight.
class TransposedConvolutionNode final : public Node {
 public:
  TransposedConvolutionNode(const Tensor& s, const Tensor& w, const ConvolutionGeometry& geometry)
      : seed_(s, false), weight_(w, false), geometry_(geometry) {}

  std::string name() const override { return "TransposedConvolution"; }

  variable_list apply(variable_list&& upper) override {
    variable_list result(2);
    const auto& x = upper[0];
    if (!x.defined()) return result;
    std::lock_guard<std::mutex> lock(mutex_);
    const auto weight = weight_.unpack();
    if (task_should_compute_output(0)) result[0] = convolution(x, weight, {}, geometry_);
    if (task_should_compute_output(1))
      result[1] = std::get<1>(gradients(seed_.unpack(), x, weight, geometry_, {false, true, false}));
    return result;
  }

  void release_variables() override {
    std::lock_guard<std::mutex> lock(mutex_);
    seed_.reset_data();
    weight_.reset_data();
  }

 private:
  std::mutex mutex_;
  SavedVariable seed_, weight_;
  ConvolutionGeometry geometry_;
};

}  // namespace

Tensor convolution(const Tensor& x, const Tensor& w, const Tensor& b, const ConvolutionGeometry& g) {
  const auto forward = [&] {
    return at::convolution(x, w, b, g.stride, g.padding, g.dilation, g.transposed, g.output_padding, g.groups);
  };
  if (!needs_history({x, w, b})) return forward();
  std::shared_ptr<ConvolutionNode> node(new ConvolutionNode(x, w, g), torch::autograd::deleteNode);
  return record(node, {x, w, b}, forward);
}

Tensor transposed_convolution(const Tensor& s, const Tensor& w, at::IntArrayRef sizes,
                              const ConvolutionGeometry& geometry) {
  const auto forward = [&] {
    // The operator looks at the input's shape alone when only the input's gradient is asked for. It would copy one
    // that lies in another order than it works in; memory that nobody writes to costs nothing.
    const auto order = order_of_work(s, w);
    const auto shape = at::empty(sizes, s.options().memory_format(order));
    return std::get<0>(gradients(s, shape, ordered(w, order), geometry, {true, false, false}));
  };
  if (!needs_history({s, w})) return forward();
  std::shared_ptr<TransposedConvolutionNode> node(new TransposedConvolutionNode(s, w, geometry),
                                                  torch::autograd::deleteNode);
  return record(node, {s, w}, forward);
}

}  // namespace jennit
