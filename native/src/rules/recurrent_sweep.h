#pragma once

#include "recurrent_factors.h"

namespace jennit {

/// Relevance of what goes into one layer in one direction.
struct SweptRelevance {
  Tensor x, h_0, c_0;
};

/// Takes relevance back through all steps of one layer in one direction, the last first.
/// `upper`: of the hidden states, (steps, samples, features); `h_n`, `c_n`: of the last, (samples, features), c_n of an
/// LSTM alone. Made of recorded operations without work in place, so that it takes batches.
SweptRelevance sweep_back(const RecurrentFactors& factors, const Tensor& upper, const Tensor& h_n, const Tensor& c_n);

}  // namespace jennit
