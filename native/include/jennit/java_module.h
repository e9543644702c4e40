#pragma once

#include <jennit/callable.h>
#include <jennit/callback.h>

namespace jennit {

/// The native half of a module whose forward is written in Java: call(inputs, {}, {}) answers the outputs.
/// Children, parameters and buffers are torch's, so that it stands in any container, is moved, saved and hooked.
class JavaModule final : public torch::nn::Module, public Callable {
 public:
  /// The Java module owns this node and the callback; the callback must not be used after Java let go of both.
  JavaModule(std::string type, Callback* callback) : type_(std::move(type)), callback_(callback) {}

  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  Tensor* effective_parameter(const std::string& name) override { return parameters_.find(name); }

 protected:
  Tensors forward_list(const Tensors& inputs) override { return ask(callback_, inputs); }

 private:
  std::string type_;
  Callback* callback_;
};

}  // namespace jennit
