#pragma once

#include <jennit/exported.h>

#include "flat_graph.h"

namespace jennit::exported {

/// The modules of a program by their paths, with what the file says of each: its class if it is called, its tensors,
/// its children.
class ModuleTree {
 public:
  /// Throws Error for names that a tree cannot have. The arguments must outlive this.
  ModuleTree(const ExportedDescription& description, const FlatGraph& flat);

  /// The class in Python, such as "torch.nn.modules.conv.Conv2d". Of modules that are not called the file does not know
  /// it: those that only hold others, and those in a Sequential that do nothing, are still told.
  const std::string& type_of(const std::string& path) const { return types_.at(path); }
  /// In the order of the file, parameters before buffers.
  std::vector<const State*> tensors_of(const std::string& path) const;
  /// The names of the children, in order.
  const std::vector<std::string>& children_of(const std::string& path) const { return children_.at(path); }
  /// The path of the state as the module at `path` can reach it: the state's own, or that of another of the same
  /// tensor (tied weights). None where it cannot.
  std::optional<std::string> reachable(const State& state, const std::string& path) const;

 private:
  void add_module(const std::string& path);
  void add_state(const State& state);
  std::string guessed_type(const std::string& path) const;

  /// Parents first.
  std::vector<std::string> paths_;
  std::map<std::string, std::vector<std::string>> children_;
  std::map<std::string, std::vector<const State*>> tensors_;
  std::set<std::string> names_;
  std::map<std::string, std::string> types_;
  /// The paths of each tensor.
  std::unordered_map<const void*, std::vector<std::string>> tied_;
};

/// "a.b" of "a" and "b", "b" of "" and "b".
std::string joined(const std::string& path, const std::string& name);
/// "a.b" of "a.b.c", "" of "a".
std::string parent_of(const std::string& path);
/// "c" of "a.b.c".
std::string name_of(const std::string& path);

}  // namespace jennit::exported
