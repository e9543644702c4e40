#pragma once

#include <jennit/callable.h>

namespace jennit {

/// Looks once at the graph that a call of its node recorded, from the outputs back to the inputs, and says to
/// `listener` what relevance passes there as a mere gradient: operations under no rule that mix, split or scale it, or
/// all of them where no rule stands on the way, or nothing where the graph does not reach the inputs. Nodes of the tree
/// whose Callable::id is among `known` are left out.
std::shared_ptr<Hook> coverage_hook(CallbackPtr listener, std::vector<int64_t> known);

}  // namespace jennit
