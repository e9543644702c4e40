#include <jennit/errors.h>
#include <jennit/graph.h>

namespace jennit::binding {

void listen_to_graphs(const CallbackPtr& listener) {
  guarded([&] { graph::listen(listener); });
}

bool is_graph_module(const ModulePtr& module) {
  return guarded([&] { return jennit::is_graph_module(*module); });
}

bool follows_directly(const ModulePtr& parent, const std::string& first, const std::string& second) {
  return guarded([&] { return graph::follows_directly(*parent, first, second); });
}

Tensors call_graph(const ModulePtr& module, const Arguments& arguments, std::vector<std::string>& names) {
  return guarded([&] {
    Tensors tensors;
    for (auto& [name, tensor] : graph::call(*module, arguments)) {
      names.push_back(name);
      tensors.push_back(tensor);
    }
    return tensors;
  });
}

std::vector<std::string> child_places(const ModulePtr& module) {
  return guarded([&] {
    std::vector<std::string> texts;
    for (const auto& [name, place] : jennit::child_places(*module)) texts.insert(texts.end(), {name, place});
    return texts;
  });
}

}  // namespace jennit::binding
