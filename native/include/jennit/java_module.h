#pragma once

#include <jennit/callable.h>

namespace jennit {

/// The native half of a module whose forward is written in Java: call(inputs, {}, {}) answers the outputs.
/// Children, parameters and buffers are torch's, so that it stands in any container, is moved, saved and hooked.
class JavaModule final : public torch::nn::Module, public Callable {
 public:
  /// The Java module owns this node, and keeps the Java half of the callback.
  JavaModule(std::string type, CallbackPtr callback) : type_(std::move(type)), callback_(std::move(callback)) {}

  std::string type_name() const override { return type_; }
  torch::nn::Module& module() override { return *this; }
  Tensor* own_parameter(const std::string& name) override { return parameters_.find(name); }
  void pin(Pins& pins) const override { pins.push_back(callback_->pin()); }

 protected:
  Tensors forward_list(const Tensors& inputs) override { return callback_->call(inputs); }

 private:
  std::string type_;
  CallbackPtr callback_;
};

}  // namespace jennit
