#include <jennit/errors.h>
#include <jennit/script.h>

namespace jennit::binding {

ModulePtr import_script(const std::string& file, bool name_functional_ops) {
  return guarded([&] { return jennit::import_script(file, name_functional_ops); });
}

bool is_script_module(const ModulePtr& module) {
  return guarded([&] { return jennit::is_script_module(*module); });
}

}  // namespace jennit::binding
