#include "log.h"

#include <jennit/graph.h>

#include <mutex>

namespace jennit::graph {

namespace {

struct Log {
  std::mutex mutex;
  CallbackPtr listener;
};

/// Never destroyed: threads may still run models when the process ends.
Log& log() {
  static auto* log = new Log;
  return *log;
}

}  // namespace

void listen(CallbackPtr listener) {
  std::lock_guard<std::mutex> lock(log().mutex);
  log().listener = std::move(listener);
}

void log_warning(const std::string& message) {
  CallbackPtr listener;
  {
    std::lock_guard<std::mutex> lock(log().mutex);
    listener = log().listener;
  }
  if (listener) listener->say(message);
}

}  // namespace jennit::graph
