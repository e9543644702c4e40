#pragma once

#include <jennit/callable.h>

namespace jennit {

/// Opens a TorchScript file, traced or scripted, as a tree of nodes on the CPU, in the dtypes of the file.
///
/// Submodules whose class is torch.nn's become native layers, its containers native containers; every other module
/// executes its own graph and calls its children by name. Names, weights, buffers and train/eval flags are the file's.
/// With `name_functional_ops` the functional operations in those graphs become children too, such as `relu_1`.
///
/// The interpreter runs what the file says: open files from people you trust.
/// Throws Error naming the file, and the module, node and source line that cannot be imported.
ModulePtr import_script(const std::string& file, bool name_functional_ops);

namespace binding {

ModulePtr import_script(const std::string& file, bool name_functional_ops);

}  // namespace binding

}  // namespace jennit
