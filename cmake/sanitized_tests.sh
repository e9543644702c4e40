#!/usr/bin/env bash
# Builds the native tests with the address and undefined behaviour sanitizers, in target/sanitized, and runs them. Takes
# LibTorch from where Maven has put it: `mvn process-classes` comes first.
set -euo pipefail
cd "$(dirname "$0")/.."

libtorch=$PWD/target/libtorch-linux-x86_64/org/bytedeco
libraries="$libtorch/pytorch/linux-x86_64;$libtorch/openblas/linux-x86_64"
cmake -S native -B target/sanitized -G Ninja -DJENNIT_SANITIZE=ON "-DJENNIT_TORCH_LIBS=$libraries" --log-level=WARNING
cmake --build target/sanitized --target jennit_tests --parallel -- --quiet

# LibTorch's libraries are not built with sanitizers: what they allocate once and keep is theirs.
export LSAN_OPTIONS=suppressions=$PWD/cmake/leaks_of_others.txt:print_suppressions=0
# A test asks for more than there is, to see it refused.
export ASAN_OPTIONS=allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1
export OMP_NUM_THREADS=2
LD_LIBRARY_PATH=${libraries/;/:} target/sanitized/jennit_tests --gtest_brief=1 "$@"
