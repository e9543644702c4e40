# The operators as CUDA kernels, a library of its own: JavaCPP loads it beside the core where CUDA's libraries are found.
# The target cuda_kernels compiles the kernels alone, which takes neither LibTorch's libraries nor a GPU.

include(CudaToolchain)

# GPUs from Turing on, out of one pass of the compiler; later ones translate the PTX of compute_75 for themselves.
set(JENNIT_CUDA_CODE "sm_75,sm_80,sm_86,sm_90,sm_100,sm_120,compute_75" CACHE STRING "What nvcc generates code for")

# By hand: CMake's own support would first link a program with a static runtime, which PyPI's toolchain does not have.
set(kernels "${CMAKE_CURRENT_SOURCE_DIR}/cuda/cuda_kernels.cu")
set(kernels_object "${CMAKE_CURRENT_BINARY_DIR}/cuda_kernels.o")
add_custom_command(
  OUTPUT "${kernels_object}"
  COMMAND "${JENNIT_NVCC}" -c -std=c++17 -O3 --extended-lambda --expt-relaxed-constexpr
          --gpu-architecture=compute_75 "--gpu-code=${JENNIT_CUDA_CODE}" -Xcompiler -fPIC,-fvisibility=hidden
          -D_GLIBCXX_USE_CXX11_ABI=1
          # As LibTorch: its half and bfloat16 have operators of their own.
          -D__CUDA_NO_HALF_OPERATORS__ -D__CUDA_NO_HALF_CONVERSIONS__
          -D__CUDA_NO_BFLOAT16_OPERATORS__ -D__CUDA_NO_BFLOAT16_CONVERSIONS__
          -I "${CMAKE_CURRENT_SOURCE_DIR}/cuda/include" -I "${CMAKE_CURRENT_SOURCE_DIR}/include"
          -I "${CMAKE_CURRENT_SOURCE_DIR}/src" -isystem "${JENNIT_LIBTORCH_INCLUDE}"
          -isystem "${JENNIT_LIBTORCH_INCLUDE}/torch/csrc/api/include"
          -MD -MF "${kernels_object}.d" -o "${kernels_object}" "${kernels}"
  DEPENDS "${kernels}"
  DEPFILE "${kernels_object}.d"
  COMMENT "Compiling the CUDA kernels"
  VERBATIM)
add_custom_target(cuda_kernels DEPENDS "${kernels_object}")

add_library(jennit_cuda SHARED "${kernels_object}" src/kernels/checks.cpp)
set_source_files_properties("${kernels_object}" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
target_include_directories(jennit_cuda PRIVATE include src)
target_link_libraries(jennit_cuda PRIVATE libtorch c10_cuda "${JENNIT_CUDART}")
set_target_properties(jennit_cuda PROPERTIES
  LIBRARY_OUTPUT_DIRECTORY "${JENNIT_CLASSES}/org/jennit/internal/linux-x86_64"
  # LibTorch and CUDA are loaded before this library: no path of its own.
  BUILD_WITH_INSTALL_RPATH ON INSTALL_RPATH "$ORIGIN")
