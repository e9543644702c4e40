#pragma once

#include "flat_graph.h"

namespace jennit::exported {

/// Writes operations that `run_decompositions()` has taken apart as the whole ones that layers are made of:
/// convolutions, linear maps, normalizations, poolings, softmax. What these compute stays the same; what nobody needs
/// any more, such as the indices of a pooling, is left out.
void recompose(FlatGraph& flat);

}  // namespace jennit::exported
