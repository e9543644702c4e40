#!/bin/sh
# Says in one message which tools of the build are missing, before anything fails for the lack of one.
# `prerequisites.sh true`: the native tests are skipped, and need nothing.
missing=
look() {
  for tool in $1; do
    command -v "$tool" >/dev/null 2>&1 && return
  done
  missing="$missing
  $2"
}
look "${CXX:-c++ g++ clang++}" "a C++17 compiler (Debian: g++), or set CXX to one"
look cmake "CMake (Debian: cmake)"
look ninja "Ninja (Debian: ninja-build)"
look python3 "Python 3 with pip (Debian: python3-pip), for LibTorch's headers and clang-format"
# CMake looks for GoogleTest again. Where it is told to look elsewhere too, the compiler's folders say nothing.
if [ "$1" != true ] && [ -z "$missing$CMAKE_PREFIX_PATH$GTest_ROOT$GTEST_ROOT$GTest_DIR" ]; then
  echo '#include <gtest/gtest.h>' | ${CXX:-c++} -E -x c++ - >/dev/null 2>&1 || missing="
  GoogleTest (Debian: libgtest-dev), for the native tests, or leave them out by -Dnative.tests.skip=true"
fi
if [ -n "$missing" ]; then
  echo "To build Jennit, install what is missing:$missing" >&2
  exit 1
fi
