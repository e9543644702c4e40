#include "running_call.h"

#include <jennit/turns.h>
#include <pthread.h>

#include <algorithm>

namespace jennit {

namespace {

thread_local int depth = 0;

/// The lowest address that a call may still begin at: below it, what LibTorch and Java need would not fit.
const char* stack_limit() {
  thread_local const char* limit = [] {
    pthread_attr_t attributes;
    void* bottom = nullptr;
    size_t size = 0;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) return static_cast<const char*>(nullptr);
    pthread_attr_getstack(&attributes, &bottom, &size);
    pthread_attr_destroy(&attributes);
    constexpr size_t reserve = 192 * 1024;
    return static_cast<const char*>(bottom) + std::min(reserve, size / 4);
  }();
  return limit;
}

}  // namespace

RunningCall::RunningCall(Callable& callable) : outermost_(depth == 0) {
  const char here = 0;
  if (&here < stack_limit())
    throw std::invalid_argument("modules call each other without end, or " + std::to_string(depth) +
                                " deep: the stack of the thread is used up (-Xss makes it larger)");
  if (outermost_) turns::begin(callable);
  ++depth;
}

RunningCall::~RunningCall() {
  --depth;
  if (outermost_) turns::end();
}

bool RunningCall::any() { return depth > 0; }

}  // namespace jennit
