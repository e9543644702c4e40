#pragma once

#include <ATen/core/dispatch/Dispatcher.h>
#include <jennit/tensors.h>

namespace jennit::kernels {

// The operators of kernels.h as C++ functions; the flags that some answer are tensors here.
using Two = std::tuple<Tensor, Tensor>;
using Three = std::tuple<Tensor, Tensor, Tensor>;
using QuotientOp = Tensor(const Tensor&, const Tensor&, double, bool);
using ScaledBySignOp = Tensor(const Tensor&, double, double);
using GammaOp = Two(const Tensor&, const Tensor&, const Tensor&, double, double, bool, bool);
using AlphaBetaOp = Three(const Tensor&, const Tensor&, const Tensor&, double, double, double, bool);
using GuidedOp = Tensor(const Tensor&, const Tensor&);
using HasNegativeOp = Tensor(const Tensor&);

/// The operator of this name, such as "jennit::quotient", to be called through the dispatcher.
template <class Signature>
auto operation(const char* name) {
  return c10::Dispatcher::singleton().findSchemaOrThrow(name, "").typed<Signature>();
}

}  // namespace jennit::kernels
