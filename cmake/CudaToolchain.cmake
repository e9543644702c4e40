# Sets JENNIT_NVCC and JENNIT_CUDART, the compiler and the runtime of CUDA 13.1: those of the toolkit that
# JENNIT_CUDA_HOME names already, or those of PyPI in the user's cache, downloaded once (110 MB).

set(JENNIT_CUDA_HOME "" CACHE PATH "Folder of a CUDA 13.1 toolkit; empty: download its compiler")

if(JENNIT_CUDA_HOME)
  set(JENNIT_NVCC "${JENNIT_CUDA_HOME}/bin/nvcc")
else()
  find_program(JENNIT_PYTHON NAMES python3 python)
  if(NOT JENNIT_PYTHON)
    message(FATAL_ERROR "Python 3 with pip is needed to download the CUDA compiler: install it, or set "
                        "-Djennit.cuda.home=FOLDER to an installed CUDA 13.1 toolkit")
  endif()
  execute_process(COMMAND ${JENNIT_PYTHON} ${CMAKE_CURRENT_LIST_DIR}/cuda_toolchain.py
                  OUTPUT_VARIABLE JENNIT_NVCC OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The CUDA compiler is missing (see the message above)")
  endif()
endif()

execute_process(COMMAND "${JENNIT_NVCC}" --version OUTPUT_VARIABLE answer ERROR_QUIET RESULT_VARIABLE failed)
if(failed OR NOT answer MATCHES "release 13\\.([0-9]+)")
  message(FATAL_ERROR "${JENNIT_NVCC} is not the compiler of CUDA 13, which LibTorch is built with: set "
                      "-Djennit.cuda.home to the folder of a CUDA 13.1 toolkit, or unset it to have the compiler downloaded")
endif()

cmake_path(GET JENNIT_NVCC PARENT_PATH bin)
# Looked for anew: another toolkit may be named now.
unset(JENNIT_CUDART CACHE)
find_file(JENNIT_CUDART libcudart.so.13 PATHS "${bin}/../lib64" "${bin}/../lib" "${bin}/../targets/x86_64-linux/lib"
          NO_DEFAULT_PATH)
if(NOT JENNIT_CUDART)
  message(FATAL_ERROR "There is no libcudart.so.13 beside ${JENNIT_NVCC}: set -Djennit.cuda.home to the folder of a "
                      "whole CUDA 13.1 toolkit")
endif()
