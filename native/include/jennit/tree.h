#pragma once

#include <jennit/callable.h>

namespace jennit {

/// Adds a child under a new name. Throws std::invalid_argument where the name is taken, empty or holds a dot,
/// or where the child would contain its parent.
void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
/// Puts another child in the place of the one called `name`; the order of the children stays.
void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child);
/// Takes a child out; the order of the others stays.
void unregister_module(const ModulePtr& parent, const std::string& name);
/// True if `module` is `inner` or has it somewhere below.
bool contains(const torch::nn::Module& module, const torch::nn::Module& inner);

/// The path of `module` below `root` ("features.3"); "" for the root itself, or where it is not below it.
std::string path_of(torch::nn::Module& root, const torch::nn::Module& module);

}  // namespace jennit
