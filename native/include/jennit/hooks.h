#pragma once

#include <jennit/callable.h>

namespace jennit {

/// Hooks as torch has them. An empty answer of the callback leaves the values as they are.

/// call(inputs, {}): before the forward; may answer other inputs.
std::shared_ptr<Hook> forward_pre_hook(CallbackPtr callback);
/// call(inputs, outputs): after the forward; may answer other outputs.
std::shared_ptr<Hook> forward_hook(CallbackPtr callback);
/// call(grad_inputs, grad_outputs): when the gradients by the inputs are known; may answer others.
std::shared_ptr<Hook> full_backward_hook(CallbackPtr callback);

}  // namespace jennit
