# GoogleTest over the core alone, without Java.

option(JENNIT_SKIP_NATIVE_TESTS "Leave the native tests unbuilt" OFF)
if(JENNIT_SKIP_NATIVE_TESTS)
  return()
endif()
find_package(GTest QUIET)
if(NOT GTest_FOUND)
  message(FATAL_ERROR "The native tests need GoogleTest: install it (Debian: libgtest-dev), or leave them out by "
                      "-Dnative.tests.skip=true, which is -DJENNIT_SKIP_NATIVE_TESTS=ON where CMake is called by hand")
endif()
enable_testing()
file(GLOB tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/../tests/native/*.cpp")
if(tests)
  add_executable(jennit_tests ${tests})
  target_link_libraries(jennit_tests PRIVATE jennit_core GTest::gtest_main)
  target_include_directories(jennit_tests PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src")
  target_precompile_headers(jennit_tests REUSE_FROM jennit_core)
  # Compiled as the core is, or its precompiled header would not fit.
  set_target_properties(jennit_tests PROPERTIES BUILD_RPATH "${JENNIT_TORCH_LIBS}" POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(jennit_tests PRIVATE -fPIC)
  add_test(NAME jennit_tests COMMAND jennit_tests)
  # LibTorch finds OpenBLAS beside itself alone; the jars keep them apart.
  string(REPLACE ";" ":" library_path "${JENNIT_TORCH_LIBS}")
  set_tests_properties(jennit_tests PROPERTIES ENVIRONMENT "LD_LIBRARY_PATH=${library_path}")
endif()
