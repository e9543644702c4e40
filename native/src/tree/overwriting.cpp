#include <jennit/overwriting.h>

#include <algorithm>

namespace jennit {

namespace {

std::vector<Holder*>& holders() {
  thread_local std::vector<Holder*> list;
  return list;
}

void replace_all(const Successor& successor) {
  for (auto* holder : holders()) holder->replace(successor);
}

/// The tensor of which another is a view, or itself.
Tensor base_of(const Tensor& tensor) { return tensor.is_view() ? Tensor(tensor._base()) : tensor; }

/// The places in memory between the first and the last value of a tensor.
std::pair<int64_t, int64_t> range_of(const Tensor& tensor) {
  auto end = tensor.storage_offset() + 1;
  for (int64_t i = 0; i < tensor.dim(); ++i) end += (tensor.size(i) - 1) * tensor.stride(i);
  return {tensor.storage_offset(), end};
}

bool shares_memory(const Tensor& left, const Tensor& right) {
  if (!left.defined() || !left.has_storage() || !right.has_storage() || left.numel() == 0 || right.numel() == 0)
    return false;
  if (left.storage().unsafeGetStorageImpl() != right.storage().unsafeGetStorageImpl()) return false;
  const auto [first, end] = range_of(left);
  const auto [other_first, other_end] = range_of(right);
  return first < other_end && other_first < end;
}

bool is_same_view(const Tensor& left, const Tensor& right) {
  return left.storage_offset() == right.storage_offset() && left.sizes() == right.sizes() &&
         left.strides() == right.strides();
}

/// What has no history shares the values alone.
Tensor as_recorded_as(const Tensor& held, const Tensor& successor) {
  return held.requires_grad() ? successor : successor.detach();
}

/// The same view of `copy` that `held` is of `base`.
Tensor view_of(const Tensor& copy, const Tensor& base, const Tensor& held) {
  if (is_same_view(held, base)) return as_recorded_as(held, copy);
  const auto [first, end] = range_of(held);
  const auto [base_first, base_end] = range_of(base);
  if (first < base_first || end > base_end || copy.strides() != base.strides())
    throw std::invalid_argument(
        "a module's output under a rule is to be overwritten in place together with memory around it, which cannot be "
        "done here: put a clone() before the operation that works in place");
  const auto whole = as_recorded_as(held, copy);
  return whole.as_strided(held.sizes(), held.strides(), whole.storage_offset() + held.storage_offset() - base_first);
}

bool anybody_holds_a_part(const Tensor& tensor) {
  bool any = false;
  replace_all([&](const Tensor& held) {
    any |= shares_memory(held, tensor) && !is_same_view(held, tensor);
    return std::nullopt;
  });
  return any;
}

}  // namespace

Holder::Holder() { holders().push_back(this); }

Holder::~Holder() { holders().erase(std::remove(holders().begin(), holders().end(), this), holders().end()); }

Tensor overwritable(const Tensor& tensor) {
  const auto base = base_of(tensor);
  const auto copy = base.clone();
  replace_all([&](const Tensor& held) -> std::optional<Tensor> {
    if (!shares_memory(held, base)) return std::nullopt;
    return view_of(copy, base, held);
  });
  return view_of(copy, base, tensor);
}

Tensor succeed(const Tensor& before, const Tensor& after) {
  if (holders().empty() || shares_memory(before, after)) return after;
  if (before.is_view() || anybody_holds_a_part(before)) {
    auto copy = overwritable(before);
    return copy.copy_(after);
  }
  replace_all([&](const Tensor& held) -> std::optional<Tensor> {
    if (!shares_memory(held, before)) return std::nullopt;
    return as_recorded_as(held, after);
  });
  return after;
}

}  // namespace jennit
