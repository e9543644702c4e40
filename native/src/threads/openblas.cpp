#include "openblas.h"

#include <dlfcn.h>

namespace jennit {

std::vector<void*> openblas_functions(const char* name) {
  std::vector<void*> found;
  for (const auto* file : {"libopenblas_nolapack.so.0", "libopenblas.so.0"})
    if (void* library = dlopen(file, RTLD_NOW | RTLD_NOLOAD))
      if (void* function = dlsym(library, name)) found.push_back(function);
  return found;
}

}  // namespace jennit
