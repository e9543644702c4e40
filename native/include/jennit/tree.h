#pragma once

#include <jennit/callable.h>

namespace jennit {

// Where the running thread builds an overlay, changes go there and the torch modules keep their children; what is
// looked for is looked for in the tree as the running thread sees it.

/// Adds a child under a new name. Throws std::invalid_argument where the name is taken, empty or holds a dot,
/// or where the child would contain its parent.
void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
/// Puts another child in the place of the one called `name`; the order of the children stays.
void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
/// Takes a child out; the order of the others stays.
void unregister_module(const ModulePtr& parent, const std::string& name);

/// True if `module` is `inner` or has it somewhere below.
bool contains(torch::nn::Module& module, const torch::nn::Module& inner);
/// The path below `root` ("features.3") and the module of that Callable::id; "" and null where it is not there, "" and
/// the root for the root itself.
std::pair<std::string, const torch::nn::Module*> find_by_id(torch::nn::Module& root, int64_t id);
/// Adds what must be kept so that `tree` can be called.
void pin_tree(torch::nn::Module& tree, Pins& pins);

}  // namespace jennit
