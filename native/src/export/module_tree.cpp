#include "module_tree.h"

#include <jennit/errors.h>

namespace jennit::exported {

std::string joined(const std::string& path, const std::string& name) { return path.empty() ? name : path + "." + name; }

std::string parent_of(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(0, dot);
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('.') + 1); }

namespace {

bool is_index(const std::string& name) { return name.find_first_not_of("0123456789") == std::string::npos; }

}  // namespace

ModuleTree::ModuleTree(const ExportedDescription& description, const FlatGraph& flat) {
  std::map<std::string, std::string> called;
  for (const auto& [node, frames] : flat.frames)
    for (const auto& frame : frames) called.emplace(frame.path, frame.type);
  add_module("");
  for (const auto& path : description.modules()) add_module(path);
  for (const auto& state : description.states()) add_module(parent_of(state.path));
  for (const auto& [path, type] : called) add_module(path);
  for (const auto& state : description.states()) add_state(state);
  for (const auto& path : paths_) {
    const auto found = called.find(path);
    types_[path] = found == called.end() ? guessed_type(path) : found->second;
  }
}

void ModuleTree::add_module(const std::string& path) {
  if (!children_.emplace(path, std::vector<std::string>()).second) return;
  if (!path.empty()) {
    if (name_of(path).empty()) throw Error("'" + path + "' is no name of a module: it is damaged");
    // Trees are walked by recursion.
    if (std::count(path.begin(), path.end(), '.') > 200) throw Error("its modules are nested more than 200 deep");
    add_module(parent_of(path));
    children_.at(parent_of(path)).push_back(name_of(path));
  }
  paths_.push_back(path);
}

void ModuleTree::add_state(const State& state) {
  if (name_of(state.path).empty() || children_.count(state.path) || !names_.insert(state.path).second)
    throw Error("it has two things called '" + state.path + "': it is damaged");
  tensors_[parent_of(state.path)].push_back(&state);
  tied_[state.tensor.unsafeGetTensorImpl()].push_back(state.path);
}

std::vector<const State*> ModuleTree::tensors_of(const std::string& path) const {
  const auto found = tensors_.find(path);
  return found == tensors_.end() ? std::vector<const State*>() : found->second;
}

std::optional<std::string> ModuleTree::reachable(const State& state, const std::string& path) const {
  if (is_below(state.path, path)) return state.path;
  for (const auto& other : tied_.at(state.tensor.unsafeGetTensorImpl()))
    if (is_below(other, path)) return other;
  return std::nullopt;
}

std::string ModuleTree::guessed_type(const std::string& path) const {
  std::string other = "torch.nn.modules.module.Module";
  if (path.empty() || !tensors_of(path).empty()) return other;
  const auto& children = children_of(path);
  const auto parent = types_.find(parent_of(path));
  // In a Sequential that is called, what leaves no trace does nothing.
  if (children.empty() && parent != types_.end() && parent->second == "torch.nn.modules.container.Sequential")
    return "torch.nn.modules.linear.Identity";
  const bool is_list = !children.empty() && std::all_of(children.begin(), children.end(), is_index);
  return is_list ? "torch.nn.modules.container.ModuleList" : other;
}

}  // namespace jennit::exported
