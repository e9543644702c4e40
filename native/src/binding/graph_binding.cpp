#include <jennit/errors.h>
#include <jennit/graph.h>

namespace jennit::binding {

bool is_graph_module(const ModulePtr& module) {
  return guarded([&] { return jennit::is_graph_module(*module); });
}

}  // namespace jennit::binding
