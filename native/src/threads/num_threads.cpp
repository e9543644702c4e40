#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <jennit/num_threads.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>

namespace jennit {

namespace {

using SetThreads = void (*)(int);

/// OpenBLAS as LibTorch loaded it; null where another library serves, or where the user has chosen.
SetThreads find_openblas() {
  for (const auto* name : {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"})
    if (std::getenv(name)) return nullptr;
  void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_NOLOAD);
  return library ? reinterpret_cast<SetThreads>(dlsym(library, "openblas_set_num_threads")) : nullptr;
}

void tell_openblas(int count) {
  static const SetThreads set = find_openblas();
  static std::atomic<int> told{0};
  static std::mutex mutex;
  if (!set || told == count) return;
  std::lock_guard<std::mutex> lock(mutex);
  set(count);
  told = count;
}

}  // namespace

void set_num_threads(int64_t count) {
  if (count < 1 || count > 1024)
    throw std::invalid_argument("the number of threads must be from 1 to 1024, but is " + std::to_string(count));
  at::set_num_threads(static_cast<int>(count));
  follow_num_threads();
}

void follow_num_threads() { tell_openblas(at::get_num_threads()); }

}  // namespace jennit
