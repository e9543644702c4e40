#pragma once

namespace jennit {

/// When the process exits, ends it at once with its status, after flushing C's and C++'s streams: what LibTorch keeps
/// in static objects is destroyed otherwise, while threads that Java does not wait for still compute with it. What was
/// registered with atexit, or built as a static object, before the last call does not run. Thread-safe.
void end_at_once_on_exit();

}  // namespace jennit
