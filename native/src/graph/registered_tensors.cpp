#include "registered_tensors.h"

namespace jennit::graph {

namespace {

class Access : public torch::nn::Module {
 public:
  static TensorDict& parameters(torch::nn::Module& module) { return module.*(&Access::parameters_); }
};

// Buffers are private: an explicit instantiation is the one place where C++ lets a private member be named.
template <TensorDict torch::nn::Module::* member>
struct Named {
  friend TensorDict& private_buffers(torch::nn::Module& module) { return module.*member; }
};
TensorDict& private_buffers(torch::nn::Module& module);
template struct Named<&torch::nn::Module::buffers_>;

}  // namespace

TensorDict& parameters_of(torch::nn::Module& module) { return Access::parameters(module); }
TensorDict& buffers_of(torch::nn::Module& module) { return private_buffers(module); }

}  // namespace jennit::graph
