#pragma once

#include <string>
#include <vector>

namespace jennit {

/// The places in a loaded library through which it calls a function of another one: what the loader has bound there,
/// or binds at the first call. ELF on x86-64.
class ImportedFunction {
 public:
  /// @param library a part of its file's name, such as "libtorch_cpu.so"
  ImportedFunction(const std::string& library, const std::string& function);

  bool is_found() const { return !slots_.empty(); }
  /// From now on the library calls `target`. Calls that run already end as they began.
  void bind_to(void* target) const;

 private:
  struct Slot {
    void** address;
    /// Of memory that the loader has made read-only.
    bool is_protected;
  };
  std::vector<Slot> slots_;
};

}  // namespace jennit
