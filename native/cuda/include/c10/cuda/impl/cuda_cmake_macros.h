#pragma once
// The headers come from a build without CUDA, which leaves this generated one out.
#define C10_CUDA_BUILD_SHARED_LIBS
