#include <jennit/errors.h>
#include <jennit/tree.h>

namespace jennit {

namespace {

std::string names_of_children(const torch::nn::Module& module) {
  std::string names;
  for (const auto& child : module.named_children()) names += (names.empty() ? "'" : ", '") + child.key() + "'";
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
  if (!parent->named_children().contains(name))
    throw std::invalid_argument(type_of(*parent) + " has no child '" + name + "': " + names_of_children(*parent));
}

}  // namespace

void register_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  check_acyclic(parent, name, child);
  if (name.empty() || name.find('.') != std::string::npos)
    throw std::invalid_argument("a child's name must not be empty or hold a dot, but is '" + name + "'");
  if (parent->named_children().contains(name))
    throw std::invalid_argument(type_of(*parent) + " has a child '" + name +
                                "' already: replace_module puts another in its place");
  parent->register_module(name, child);
}

void replace_module(const ModulePtr& parent, const std::string& name, const ModulePtr& child) {
  check_known(parent, name);
  check_acyclic(parent, name, child);
  parent->replace_module(name, child);
}

void unregister_module(const ModulePtr& parent, const std::string& name) {
  check_known(parent, name);
  parent->unregister_module(name);
}

bool contains(const torch::nn::Module& module, const torch::nn::Module& inner) {
  if (&module == &inner) return true;
  for (const auto& child : module.children())
    if (contains(*child, inner)) return true;
  return false;
}

std::string path_of(torch::nn::Module& root, const torch::nn::Module& module) {
  if (&root == &module) return "";
  for (const auto& child : root.named_children()) {
    if (child.value().get() == &module) return child.key();
    const auto below = path_of(*child.value(), module);
    if (!below.empty()) return child.key() + "." + below;
  }
  return "";
}

}  // namespace jennit
