#pragma once

#include <jennit/options.h>

#include <sstream>
#include <stdexcept>

namespace jennit {

/// Refuses an option with a value for which `allowed` is false: "option 'stride' must be positive, but is 0".
template <class Number, class Allowed>
Number checked(Number value, const std::string& name, const std::string& expected, Allowed allowed) {
  if (allowed(value)) return value;
  std::ostringstream message;
  message << "option '" << name << "' must be " << expected << ", but is " << value;
  throw std::invalid_argument(message.str());
}

/// The value, which must be at least 1.
inline int64_t at_least_1(int64_t value, const std::string& name) {
  return checked(value, name, "positive", [](int64_t v) { return v >= 1; });
}

/// The values, each of which must be at least 1.
inline std::vector<int64_t> at_least_1(std::vector<int64_t> values, const std::string& name) {
  for (auto value : values) at_least_1(value, name);
  return values;
}

/// The values, none of which may be negative.
inline std::vector<int64_t> at_least_0(std::vector<int64_t> values, const std::string& name) {
  for (auto value : values) checked(value, name, "zero or positive", [](int64_t v) { return v >= 0; });
  return values;
}

/// The value, which must not be negative.
inline double at_least_0(double value, const std::string& name) {
  return checked(value, name, "zero or positive", [](double v) { return v >= 0; });
}

}  // namespace jennit
