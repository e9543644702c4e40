#pragma once

#include <cstddef>
#include <optional>

namespace jennit {

/// The half of a node that says that it is a product of two factors.
class Gating {
 public:
  virtual ~Gating() = default;
  /// The factor that says how much of the other is let through, where there is such a one.
  virtual std::optional<size_t> gate() const = 0;
};

}  // namespace jennit
