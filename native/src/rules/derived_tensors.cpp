#include <jennit/derived_tensors.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace jennit {

namespace {

// Comparing this much takes a few microseconds, as one operation on a tensor does.
constexpr size_t largest_layer = size_t{64} << 10;
constexpr size_t most_kept = 4 * largest_layer;

/// Values that lie in the processor's memory without gaps.
bool is_plain(const Tensor& tensor) {
  return tensor.has_storage() && tensor.is_cpu() && tensor.is_non_overlapping_and_dense();
}

bool is_small(const NamedTensors& parameters) {
  size_t bytes = 0;
  for (const auto& [name, tensor] : parameters) {
    if (!is_plain(tensor)) return false;
    bytes += tensor.nbytes();
  }
  return !parameters.empty() && bytes <= largest_layer;
}

bool are_same(const Tensor& left, const Tensor& right) {
  return left.scalar_type() == right.scalar_type() && left.sizes() == right.sizes() &&
         left.strides() == right.strides() &&
         std::memcmp(left.const_data_ptr(), right.const_data_ptr(), left.nbytes()) == 0;
}

NamedTensors copied(const NamedTensors& parameters) {
  NamedTensors copies;
  for (const auto& [name, tensor] : parameters) copies.emplace(name, tensor.detach().clone());
  return copies;
}

}  // namespace

DerivedTensors::DerivedTensors(const NamedTensors& parameters)
    : parameters_(copied(parameters)), mark_(live::Kind::tensor, static_cast<int64_t>(parameters_.size())) {}

bool DerivedTensors::are_of(const NamedTensors& parameters) const {
  return std::equal(parameters.begin(), parameters.end(), parameters_.begin(), parameters_.end(),
                    [](const auto& left, const auto& right) {
                      return left.first == right.first && are_same(left.second, right.second);
                    });
}

Tensor DerivedTensors::find_or_make(const std::string& name, const std::function<Tensor()>& make) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = made_.find(name);
    if (found != made_.end()) return found->second;
  }
  auto made = make();
  std::lock_guard<std::mutex> lock(mutex_);
  if (bytes_ + made.nbytes() <= most_kept && made_.emplace(name, made).second) {
    bytes_ += made.nbytes();
    mark_.amount(static_cast<int64_t>(parameters_.size() + made_.size()));
  }
  return made;
}

std::shared_ptr<DerivedTensors> SmallLayerMemory::derived(const NamedTensors& parameters) {
  if (!is_small(parameters)) return nullptr;
  std::lock_guard<std::mutex> lock(mutex_);
  if (!std::exchange(called_, true)) return nullptr;
  if (!last_ || !last_->are_of(parameters)) last_ = std::make_shared<DerivedTensors>(parameters);
  return last_;
}

}  // namespace jennit
