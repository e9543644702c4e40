#include <jennit/errors.h>
#include <jennit/script.h>

namespace jennit::binding {

ModulePtr import_script(const std::string& file, bool name_functional_ops) {
  return guarded([&] { return jennit::import_script(file, name_functional_ops); });
}

}  // namespace jennit::binding
