#pragma once

#include <jennit/callable.h>
#include <jennit/layers.h>
#include <jennit/linear_map.h>

#include <sstream>

namespace jennit {

/// Writes the arguments of a layer as Python's torch prints them: `3, 6, kernel_size=(3, 3)`.
class Repr {
 public:
  Repr& value(const std::string& text);
  Repr& value(int64_t number) { return value(std::to_string(number)); }
  Repr& value(double number);
  Repr& value(bool flag) { return value(std::string(flag ? "True" : "False")); }
  Repr& value(const std::vector<int64_t>& tuple);
  template <class T>
  Repr& named(const std::string& name, const T& argument) {
    pending_ = name + "=";
    return value(argument);
  }
  /// The argument, unless it has the value `usual`.
  template <class T>
  Repr& unless(const std::string& name, const T& argument, const T& usual) {
    return argument == usual ? *this : named(name, argument);
  }
  std::string str() const { return text_; }

 private:
  std::string text_, pending_;
};

/// A node that make_layer made: its type is torch's.
class TorchLayer : public Callable {
 public:
  TorchLayer(std::string type, std::string repr) : type_(std::move(type)), repr_(std::move(repr)) {}
  std::string type_name() const final { return type_; }
  std::string extra_repr() const final { return repr_; }

 private:
  std::string type_, repr_;
};

/// A layer without parameters: one function of one tensor.
class FunctionLayer : public torch::nn::Module, public TorchLayer {
 public:
  using Function = std::function<Tensor(const Tensor& input, bool training)>;

  /// `in_place`, where given, overwrites its input and is used whenever nothing needs that input any more.
  FunctionLayer(std::string type, std::string repr, Function function, Function in_place = {});

  torch::nn::Module& module() override { return *this; }
  bool works_in_place() const override { return in_place_ != nullptr; }

 protected:
  Tensors forward_list(const Tensors& inputs) override;

 private:
  Function function_, in_place_;
};

namespace detail {

// Each torch layer keeps what its forward reads in members of these names.
// NOLINTBEGIN(bugprone-macro-parentheses): names and whole functions.
#define JENNIT_MEMBER(NAME)                                                     \
  template <class Impl>                                                         \
  auto NAME##_of(Impl& impl, int)->decltype(static_cast<Tensor*>(&impl.NAME)) { \
    return &impl.NAME;                                                          \
  }                                                                             \
  template <class Impl>                                                         \
  Tensor* NAME##_of(Impl&, long) {                                              \
    return nullptr;                                                             \
  }
// NOLINTEND(bugprone-macro-parentheses)
JENNIT_MEMBER(weight)
JENNIT_MEMBER(bias)
JENNIT_MEMBER(running_mean)
JENNIT_MEMBER(running_var)
#undef JENNIT_MEMBER

template <class Impl>
auto eps_of(const Impl& impl, int) -> decltype(std::optional<double>(impl.options.eps())) {
  return impl.options.eps();
}
template <class Impl>
std::optional<double> eps_of(const Impl&, long) {
  return std::nullopt;
}

template <class Impl>
Tensor* member(Impl& impl, const std::string& name) {
  if (name == "weight") return weight_of(impl, 0);
  if (name == "bias") return bias_of(impl, 0);
  if (name == "running_mean") return running_mean_of(impl, 0);
  if (name == "running_var") return running_var_of(impl, 0);
  return nullptr;
}

}  // namespace detail

/// One of torch's own layers as a node of the tree: parameters, initialisation and forward are torch's.
template <class Impl>
class Layer final : public Impl, public TorchLayer {
 public:
  template <class Torch>
  Layer(std::string type, std::string repr, const Torch& options, std::unique_ptr<LinearMap> map = nullptr)
      : Impl(options), TorchLayer(std::move(type), std::move(repr)), map_(std::move(map)) {}

  const LinearMap* linear_map() const override { return map_.get(); }
  Tensor* own_parameter(const std::string& name) override { return detail::member<Impl>(*this, name); }
  std::optional<double> eps() const override { return detail::eps_of(static_cast<const Impl&>(*this), 0); }
  torch::nn::Module& module() override { return *this; }

  Tensors forward_with(const Tensors& inputs, const NamedTensors& parameters) override {
    // What overrides the forward reads no parameters: a batch norm that was merged stays the identity.
    if (is_overridden()) return forward_without_hooks(inputs);
    auto replaced = replaced_parameters();
    for (const auto& [name, tensor] : parameters) {
      if (!own_parameter(name)) throw std::invalid_argument(type_name() + " has no parameter '" + name + "'");
      replaced[name] = tensor;
    }
    return run(inputs, replaced);
  }

 protected:
  Tensors forward_list(const Tensors& inputs) override { return run(inputs, replaced_parameters()); }

 private:
  Tensors run(const Tensors& inputs, const NamedTensors& replaced) {
    // What the map does not take torch's own forward refuses, in its words.
    if (map_ && inputs.size() == 1 && map_->takes(inputs[0])) {
      const auto tensor = [&](const char* name) {
        const auto found = replaced.find(name);
        return found == replaced.end() ? *detail::member<Impl>(*this, name) : found->second;
      };
      return {map_->product(inputs[0], tensor("weight"), tensor("bias"))};
    }
    if (replaced.empty()) return run(*this, inputs);
    // A copy of the module shares its tensors, so that putting others in their place is cheap and seen by no other
    // call.
    Impl copy(static_cast<const Impl&>(*this));
    for (const auto& [name, tensor] : replaced) *detail::member(copy, name) = tensor;
    return run(copy, inputs);
  }

  Tensors run(Impl& impl, const Tensors& inputs) const {
    if constexpr (std::is_same_v<Impl, torch::nn::BilinearImpl>) {
      if (inputs.size() != 2) throw std::invalid_argument("Bilinear takes two tensors");
      return {impl.forward(inputs[0], inputs[1])};
    } else if constexpr (std::is_same_v<Impl, torch::nn::EmbeddingBagImpl>) {
      if (inputs.empty() || inputs.size() > 3)
        throw std::invalid_argument("EmbeddingBag takes indices, then offsets, then weights of the samples, " +
                                    std::to_string(inputs.size()) + " tensors were given");
      const auto given = [&](size_t i) { return i < inputs.size() ? inputs[i] : Tensor(); };
      return {impl.forward(inputs[0], given(1), given(2))};
    } else {
      return {impl.forward(this->only(inputs))};
    }
  }

  std::unique_ptr<LinearMap> map_;
};

/// Registers a type when the library is loaded: `static const Registration conv2d{"Conv2d", make_conv<2>};`
struct Registration {
  Registration(const std::string& type, LayerFactory factory) { register_layer(type, std::move(factory)); }
};

}  // namespace jennit
