#pragma once

#include <jennit/callable.h>

namespace jennit {

/// The calls within one outermost call, each with the numbers of the graph's nodes that were made in it: tells which
/// module made a node. Of one thread.
class CallLog {
 public:
  struct Entry {
    int64_t callable;
    uint64_t first, last;
  };

  /// Logs the calls of the running thread until it is destroyed. At most one at a time.
  CallLog();
  ~CallLog();
  CallLog(const CallLog&) = delete;
  CallLog& operator=(const CallLog&) = delete;

  /// Whether the running thread has one.
  static bool is_running();

  /// The node of the tree whose own forward made the graph's node of that number; 0 for none.
  int64_t maker_of(uint64_t number) const;

  /// One call; does nothing where no log is kept.
  class Span {
   public:
    explicit Span(const Callable& callable);
    ~Span();
    Span(const Span&) = delete;
    Span& operator=(const Span&) = delete;

   private:
    CallLog* log_;
    size_t index_ = 0;
  };

 private:
  std::vector<Entry> entries_;
};

}  // namespace jennit
