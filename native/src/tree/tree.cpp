#include <jennit/errors.h>
#include <jennit/tree.h>

#include <algorithm>

namespace jennit {

namespace {

std::string names_of_children(torch::nn::Module& module) {
  std::string names;
  for (const auto& child : callable(module).seen_children()) names += (names.empty() ? "'" : ", '") + child.first + "'";
  return names.empty() ? "it has no children" : "its children are " + names;
}

std::string type_of(const torch::nn::Module& module) {
  const auto* node = dynamic_cast<const Callable*>(&module);
  return node ? node->type_name() : module.name();
}

void check_acyclic(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  if (!child) throw std::invalid_argument("the module for '" + name + "' is null");
  if (contains(*child, *parent))
    throw std::invalid_argument("a " + type_of(*child) + " cannot stand as '" + name +
                                "' in a module that it contains: the tree would be a circle");
}

void check_known(const ModulePtr& parent, const std::string& name) {
  if (name.empty())
    throw std::invalid_argument(
        "the empty name means the root, which has no parent and cannot be swapped: wrap it in a Sequential and swap "
        "that child");
  if (!callable(*parent).seen_child(name))
    throw std::invalid_argument(type_of(*parent) + " has no child '" + name + "': " + names_of_children(*parent));
}

}  // namespace

void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  check_acyclic(parent, name, child);
  if (name.empty() || name.find('.') != std::string::npos)
    throw std::invalid_argument("a child's name must not be empty or hold a dot, but is '" + name + "'");
  if (callable(*parent).seen_child(name))
    throw std::invalid_argument(type_of(*parent) + " has a child '" + name +
                                "' already: replace_module puts another in its place");
  auto& node = callable(*parent);
  if (node.change_overlaid_children([&](Children& children) { children.emplace_back(name, child); })) return;
  node.change_own_children([&] { parent->register_module(name, child); });
}

void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  check_known(parent, name);
  check_acyclic(parent, name, child);
  auto& node = callable(*parent);
  const auto swap = [&](Children& children) {
    for (auto& entry : children)
      if (entry.first == name) entry.second = child;
  };
  if (node.change_overlaid_children(swap)) return;
  node.change_own_children([&] { parent->replace_module(name, child); });
}

void unregister_module(const ModulePtr& parent, const std::string& name) {
  check_known(parent, name);
  auto& node = callable(*parent);
  const auto take_out = [&](Children& children) {
    children.erase(
        std::find_if(children.begin(), children.end(), [&](const auto& entry) { return entry.first == name; }));
  };
  if (node.change_overlaid_children(take_out)) return;
  node.change_own_children([&] { parent->unregister_module(name); });
}

bool contains(torch::nn::Module& module, const torch::nn::Module& inner) {
  if (&module == &inner) return true;
  for (const auto& child : callable(module).seen_children())
    if (contains(*child.second, inner)) return true;
  return false;
}

std::pair<std::string, const torch::nn::Module*> find_by_id(torch::nn::Module& root, int64_t id) {
  auto& node = callable(root);
  if (node.id() == id) return {"", &root};
  for (const auto& [name, child] : node.seen_children()) {
    const auto [path, found] = find_by_id(*child, id);
    if (found) return {path.empty() ? name : name + "." + path, found};
  }
  return {"", nullptr};
}

void pin_tree(torch::nn::Module& tree, Pins& pins) {
  auto& node = callable(tree);
  node.pin(pins);
  for (const auto& child : node.seen_children()) pin_tree(*child.second, pins);
}

}  // namespace jennit
