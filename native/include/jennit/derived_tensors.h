#pragma once

#include <jennit/live.h>
#include <jennit/tensors.h>

#include <functional>
#include <mutex>

namespace jennit {

/// What a rule made of parameters of certain values. Thread-safe.
class DerivedTensors {
 public:
  /// Copies the values.
  explicit DerivedTensors(const NamedTensors& parameters);

  bool are_of(const NamedTensors& parameters) const;
  /// What `make` gives; made once, unless it is large. Nobody may write to it.
  Tensor find_or_make(const std::string& name, const std::function<Tensor()>& make);

 private:
  const NamedTensors parameters_;
  std::mutex mutex_;
  NamedTensors made_;
  size_t bytes_ = 0;
  live::Mark mark_;
};

/// Keeps what one rule makes of one small layer's parameters from call to call, while these hold the same values: they
/// are compared byte by byte, which takes less than to make it anew, and sees what is written past LibTorch.
/// Thread-safe.
class SmallLayerMemory {
 public:
  /// Those of these parameters, and forgets others; null where the layer is no small one, and in the first call, which
  /// may be the only one.
  std::shared_ptr<DerivedTensors> derived(const NamedTensors& parameters);

 private:
  std::mutex mutex_;
  bool called_ = false;
  std::shared_ptr<DerivedTensors> last_;
};

}  // namespace jennit
