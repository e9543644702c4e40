#pragma once

#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAStream.h>

#include <ATen/cuda/detail/OffsetCalculator.cuh>
#include <utility>

// One kernel for every elementwise operator. ATen's own (gpu_kernel) would need the headers of cuBLAS and cuSPARSE.

namespace jennit::kernels {

template <class T, int tensors, class Offsets, class Body, std::size_t... tensor>
__global__ void elementwise_kernel(uint32_t count, std::array<T*, tensors> first, Offsets offsets, Body body,
                                   std::index_sequence<tensor...>) {
  for (uint32_t i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    const auto offset = offsets.get(i);
    body(first[tensor] + offset[tensor]...);
  }
}

template <class T, int tensors, class Offsets, class Body>
void launch(const at::TensorIteratorBase& iterator, const Offsets& offsets, const Body& body) {
  std::array<T*, tensors> first;
  for (int i = 0; i < tensors; ++i) first[i] = static_cast<T*>(iterator.data_ptr(i));
  constexpr uint32_t threads = 256, most_blocks = 1 << 16;
  const auto count = static_cast<uint32_t>(iterator.numel());
  const auto blocks = std::min((count - 1) / threads + 1, most_blocks);
  elementwise_kernel<T, tensors><<<blocks, threads, 0, c10::cuda::getCurrentCUDAStream()>>>(
      count, first, offsets, body, std::make_index_sequence<tensors>());
  C10_CUDA_KERNEL_LAUNCH_CHECK();
}

/// Calls body(pointers...) on the GPU for every element; a pointer for each of the iterator's `tensors` tensors of T,
/// outputs first.
template <class T, int tensors, class Body>
void elementwise(at::TensorIteratorBase& iterator, const Body& body) {
  if (iterator.numel() == 0) return;
  for (auto& part : iterator.with_32bit_indexing()) {
    if (part.is_contiguous())
      launch<T, tensors>(part, TrivialOffsetCalculator<tensors>(), body);
    else
      launch<T, tensors>(part, make_element_offset_calculator<tensors>(part), body);
  }
}

}  // namespace jennit::kernels
