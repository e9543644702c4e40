#pragma once

#include <ATen/TensorIterator.h>

#include "checks.h"

namespace jennit::kernels {

/// The two halves of a stacked result and the iterator over them and the three inputs of the seeds' functors.
struct SeedsIteration {
  Tensor result;
  at::TensorIterator iterator;
};

inline SeedsIteration iterate_seeds(const char* op, const Tensor& relevance, const Tensor& output,
                                    const Tensor& positive, int64_t channel) {
  check_alike(op, {&relevance, &output, &positive});
  check_shapes(op, {&relevance, &output, &positive});
  auto result = at::empty(stacked_sizes(op, output, channel), output.options(), output.suggest_memory_format());
  const auto half = output.size(channel);
  auto iterator = at::TensorIteratorConfig()
                      .add_owned_output(result.narrow(channel, 0, half))
                      .add_owned_output(result.narrow(channel, half, half))
                      .add_owned_const_input(relevance)
                      .add_owned_const_input(output)
                      .add_owned_const_input(positive)
                      .resize_outputs(false)
                      .build();
  return {std::move(result), std::move(iterator)};
}

}  // namespace jennit::kernels
