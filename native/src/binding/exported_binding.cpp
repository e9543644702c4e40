#include <jennit/errors.h>
#include <jennit/exported.h>

namespace jennit::binding {

ModulePtr import_exported(const ExportedDescription& description, bool name_functional_ops) {
  return guarded([&] { return jennit::import_exported(description, name_functional_ops); });
}

}  // namespace jennit::binding
