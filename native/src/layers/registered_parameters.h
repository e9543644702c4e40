#pragma once

#include <torch/nn/module.h>

namespace jennit {

/// The parameters that a module of LibTorch's has registered, to be changed; it shows them to its own classes alone.
inline torch::OrderedDict<std::string, at::Tensor>& registered_parameters(torch::nn::Module& module) {
  class Access : public torch::nn::Module {
   public:
    static torch::OrderedDict<std::string, at::Tensor>& of(torch::nn::Module& other) {
      return other.*(&Access::parameters_);
    }
  };
  return Access::of(module);
}

}  // namespace jennit
