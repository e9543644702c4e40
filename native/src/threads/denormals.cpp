#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <jennit/denormals.h>
#include <xmmintrin.h>

#include <atomic>

namespace jennit {

namespace {

std::atomic<bool> flush_denormal{false};

/// Whether LibTorch's threads flush for a pass that this thread runs.
thread_local bool team_flushes = false;

bool flushes_here() { return _MM_GET_FLUSH_ZERO_MODE() == _MM_FLUSH_ZERO_ON; }

/// Of the calling thread alone; false where the processor cannot.
bool set_here(bool flush) { return at::globalContext().setFlushDenormal(flush); }

void set_in_team(bool flush) {
  at::parallel_for(0, at::get_num_threads(), 1, [=](int64_t, int64_t) { set_here(flush); });
  set_here(flush);
  team_flushes = flush;
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

KeepDenormal::KeepDenormal() : here_(flushes_here()), team_(here_ && team_flushes) {
  if (team_)
    set_in_team(false);
  else if (here_)
    set_here(false);
}

KeepDenormal::~KeepDenormal() {
  if (team_)
    set_in_team(true);
  else if (here_)
    set_here(true);
}

}  // namespace jennit
