#include <jennit/changes.h>

namespace jennit {

namespace {

int64_t version_of(const at::Tensor& tensor) {
  return tensor.defined() && !tensor.is_inference() ? static_cast<int64_t>(tensor._version()) : 0;
}

const void* data_of(const at::Tensor& tensor) {
  return tensor.defined() && tensor.has_storage() ? tensor.storage().data() : nullptr;
}

template <class Entries>
void erase(Entries& entries, int64_t id) {
  entries.erase(std::remove_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.id == id; }),
                entries.end());
}

}  // namespace

Seen::Seen(at::Tensor tensor) : tensor_(std::move(tensor)), data_(data_of(tensor_)), version_(version_of(tensor_)) {}

bool Seen::is_unchanged() const { return data_of(tensor_) == data_ && version_of(tensor_) == version_; }

bool Changes::empty() const { return hooks.empty() && forwards.empty() && parameters.empty() && !children; }

void Changes::remove(int64_t id) {
  erase(hooks, id);
  erase(forwards, id);
  erase(parameters, id);
}

}  // namespace jennit
