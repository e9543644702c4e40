# How all native code is compiled.

set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

add_compile_definitions(_GLIBCXX_USE_CXX11_ABI=1)
# LibTorch's parallel_for is OpenMP.
add_compile_options(-fopenmp)
add_link_options(-fopenmp)
# The same library out of any folder: messages that name a source file name it from the top of the project.
get_filename_component(top "${CMAKE_CURRENT_SOURCE_DIR}/.." ABSOLUTE)
add_compile_options("-ffile-prefix-map=${top}/=" "-ffile-prefix-map=${JENNIT_LIBTORCH_INCLUDE}/=")
set(JENNIT_WARNINGS -Wall -Wextra -Wno-unused-parameter -Werror)

option(JENNIT_SANITIZE "Build the native tests with the address and undefined behaviour sanitizers" OFF)
if(JENNIT_SANITIZE)
  # -O1: half the time to compile, and the stacks of reports stay whole.
  add_compile_options(-O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  # The check of a pointer's class needs type information that LibTorch keeps to itself.
  add_compile_options(-fno-sanitize=vptr)
  add_link_options(-fsanitize=address,undefined)
  # GCC warns of values that only its checks leave open.
  set(JENNIT_WARNINGS -w)
endif()
