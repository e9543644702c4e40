#include "imported_function.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace jennit {

namespace {

/// What the loader keeps of one library.
class LoadedLibrary {
 public:
  explicit LoadedLibrary(const dl_phdr_info& info) : base_(info.dlpi_addr) {
    for (int i = 0; i < info.dlpi_phnum; ++i) {
      const auto& header = info.dlpi_phdr[i];
      if (header.p_type == PT_DYNAMIC) dynamic_ = reinterpret_cast<const ElfW(Dyn)*>(base_ + header.p_vaddr);
      if (header.p_type == PT_GNU_RELRO) {
        protected_begin_ = base_ + header.p_vaddr;
        protected_end_ = protected_begin_ + header.p_memsz;
      }
    }
  }

  /// The addresses of the pointers to a function of that name.
  std::vector<void**> pointers_to(const char* function) const {
    std::vector<void**> found;
    const auto* symbols = table<ElfW(Sym)>(DT_SYMTAB);
    const auto* names = table<char>(DT_STRTAB);
    if (!symbols || !names) return found;
    for (const auto& [start, size] : {std::make_pair(DT_JMPREL, DT_PLTRELSZ), std::make_pair(DT_RELA, DT_RELASZ)}) {
      const auto* relocation = table<ElfW(Rela)>(start);
      for (auto count = relocation ? value(size) / sizeof(ElfW(Rela)) : 0; count > 0; --count, ++relocation) {
        const auto type = ELF64_R_TYPE(relocation->r_info);
        if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT) continue;
        const auto* name = names + symbols[ELF64_R_SYM(relocation->r_info)].st_name;
        if (!std::strcmp(name, function)) found.push_back(reinterpret_cast<void**>(base_ + relocation->r_offset));
      }
    }
    return found;
  }

  bool protects(void* const* address) const {
    const auto place = reinterpret_cast<ElfW(Addr)>(address);
    return place >= protected_begin_ && place < protected_end_;
  }

 private:
  ElfW(Addr) value(ElfW(Sxword) tag) const {
    for (const auto* entry = dynamic_; entry && entry->d_tag != DT_NULL; ++entry)
      if (entry->d_tag == tag) return entry->d_un.d_ptr;
    return 0;
  }

  /// The loader has made an address of what the file holds as an offset, on most systems.
  template <class T>
  const T* table(ElfW(Sxword) tag) const {
    const auto place = value(tag);
    return place ? reinterpret_cast<const T*>(place < base_ ? base_ + place : place) : nullptr;
  }

  ElfW(Addr) base_, protected_begin_ = 0, protected_end_ = 0;
  const ElfW(Dyn) * dynamic_ = nullptr;
};

}  // namespace

ImportedFunction::ImportedFunction(const std::string& library, const std::string& function) {
  struct Search {
    const std::string &library, &function;
    std::vector<Slot>& slots;
  } search = {library, function, slots_};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        if (!info->dlpi_name || !std::strstr(info->dlpi_name, wanted.library.c_str())) return 0;
        const LoadedLibrary loaded(*info);
        for (auto** pointer : loaded.pointers_to(wanted.function.c_str()))
          wanted.slots.push_back({pointer, loaded.protects(pointer)});
        return 1;
      },
      &search);
}

void ImportedFunction::bind_to(void* target) const {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  for (const auto& slot : slots_) {
    auto* start = reinterpret_cast<void*>(reinterpret_cast<uintptr_t>(slot.address) / page * page);
    if (slot.is_protected && mprotect(start, page, PROT_READ | PROT_WRITE) != 0) continue;
    __atomic_store_n(slot.address, target, __ATOMIC_RELEASE);
    if (slot.is_protected) mprotect(start, page, PROT_READ);
  }
}

}  // namespace jennit
