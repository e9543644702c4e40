#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <jennit/denormals.h>

#include <atomic>
#include <limits>

namespace jennit {

namespace {

std::atomic<bool> flush_denormal{false};

bool flushes_here() {
  // Volatile on both sides, or the product may be taken after the mode was changed.
  volatile float smallest = std::numeric_limits<float>::min();
  volatile bool flushed = smallest * 0.5f == 0;
  return flushed;
}

/// Of the calling thread alone; false where the processor cannot.
bool set_here(bool flush) { return at::globalContext().setFlushDenormal(flush); }

void set_in_team(bool flush) {
  at::parallel_for(0, at::get_num_threads(), 1, [=](int64_t, int64_t) { set_here(flush); });
  set_here(flush);
}

}  // namespace

bool set_flush_denormal(bool flush) {
  // A try tells whether the processor can.
  const bool before = flushes_here(), can = set_here(flush);
  set_here(before);
  if (can) flush_denormal = flush;
  return can;
}

FlushDenormal::FlushDenormal() : set_(flush_denormal && !flushes_here()) {
  if (set_) set_in_team(true);
}

FlushDenormal::~FlushDenormal() {
  if (set_) set_in_team(false);
}

}  // namespace jennit
