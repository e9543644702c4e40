#include <ATen/Parallel.h>
#include <jennit/num_threads.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "openblas.h"
#include "shared_products.h"

namespace jennit {

namespace {

using SetThreads = void (*)(int);

/// The threads of OpenBLAS: one where products are shared by LibTorch's, or as many as LibTorch has. None where the
/// user has chosen.
class OpenBlas {
 public:
  OpenBlas() {
    for (const auto* name : {"OPENBLAS_NUM_THREADS", "GOTO_NUM_THREADS"})
      if (std::getenv(name)) return;
    for (void* function : openblas_functions("openblas_set_num_threads"))
      set_.push_back(reinterpret_cast<SetThreads>(function));
    shares_ = !set_.empty() && share_products();
  }

  void tell(int count) {
    if (shares_) count = 1;
    if (set_.empty() || told_ == count) return;
    std::lock_guard<std::mutex> lock(mutex_);
    for (auto* set : set_) set(count);
    told_ = count;
  }

 private:
  std::vector<SetThreads> set_;
  bool shares_ = false;
  std::atomic<int> told_{0};
  std::mutex mutex_;
};

}  // namespace

void set_num_threads(int64_t count) {
  if (count < 1 || count > 1024)
    throw std::invalid_argument("the number of threads must be from 1 to 1024, but is " + std::to_string(count));
  at::set_num_threads(static_cast<int>(count));
  follow_num_threads();
}

void follow_num_threads() {
  // Never destroyed: threads may still run models when the process ends.
  static auto& openblas = *new OpenBlas;
  openblas.tell(at::get_num_threads());
}

}  // namespace jennit
