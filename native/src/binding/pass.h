#pragma once

#include <jennit/denormals.h>
#include <jennit/num_threads.h>

namespace jennit::binding {

/// Lives while Java has native code compute: the settings of the process hold for the calling thread.
class Pass {
 public:
  Pass() { follow_num_threads(); }

 private:
  const FlushDenormal mode_;
};

}  // namespace jennit::binding
