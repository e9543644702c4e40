#include "call_log.h"

#include <ATen/SequenceNumber.h>

namespace jennit {

namespace {

thread_local CallLog* running = nullptr;

}  // namespace

CallLog::CallLog() { running = this; }

CallLog::~CallLog() { running = nullptr; }

bool CallLog::is_running() { return running != nullptr; }

int64_t CallLog::maker_of(uint64_t number) const {
  // Calls nest: the last that began before it and holds it is the innermost.
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry)
    if (entry->first <= number && number < entry->last) return entry->callable;
  return 0;
}

CallLog::Span::Span(const Callable& callable) : log_(running) {
  if (!log_) return;
  index_ = log_->entries_.size();
  const auto first = at::sequence_number::peek();
  log_->entries_.push_back({callable.id(), first, first});
}

CallLog::Span::~Span() {
  if (log_ && log_ == running) log_->entries_[index_].last = at::sequence_number::peek();
}

}  // namespace jennit
