#pragma once

#include <c10/core/impl/LocalDispatchKeySet.h>

namespace jennit::graph {

/// While one lives, random initialisation leaves the tensors of this thread as they are: layers are made that take
/// other tensors in the next moment. The memory of weights is then never touched.
class Uninitialized {
  c10::impl::IncludeDispatchKeyGuard guard_{c10::DispatchKey::TESTING_ONLY_GenericMode};
};

}  // namespace jennit::graph
