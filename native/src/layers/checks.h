#pragma once

#include <jennit/options.h>

#include <cstdint>
#include <sstream>
#include <stdexcept>

namespace jennit {

/// Throws std::invalid_argument; the parts make up the message.
template <class... Parts>
[[noreturn]] void refuse(const Parts&... parts) {
  throw std::invalid_argument(c10::str(parts...));
}

/// Refuses an option with a value for which `allowed` is false: "option 'stride' must be positive, but is 0".
template <class Number, class Allowed>
Number checked(Number value, const std::string& name, const std::string& expected, Allowed allowed) {
  if (allowed(value)) return value;
  std::ostringstream message;
  message << "option '" << name << "' must be " << expected << ", but is " << value;
  throw std::invalid_argument(message.str());
}

/// The largest size that LibTorch's kernels count with, many of them in int.
constexpr int64_t largest_size = INT32_MAX;
/// The longest window or padding: LibTorch steps through what lies outside of the input, for every element.
constexpr int64_t longest_window = int64_t{1} << 20;
/// Of a stack, each of which has parameters of its own.
constexpr int64_t most_layers = int64_t{1} << 16;

/// The value, which must be at least 1.
inline int64_t at_least_1(int64_t value, const std::string& name, int64_t most = largest_size) {
  checked(value, name, "positive", [](int64_t v) { return v >= 1; });
  return checked(value, name, "at most " + std::to_string(most), [=](int64_t v) { return v <= most; });
}

/// The integer of that option, which must be at least 1.
inline int64_t positive(const Options& options, const std::string& name) {
  return at_least_1(options.integer(name), name);
}

/// The values, each of which must be at least 1.
inline std::vector<int64_t> at_least_1(std::vector<int64_t> values, const std::string& name,
                                       int64_t most = largest_size) {
  for (auto value : values) at_least_1(value, name, most);
  return values;
}

/// The values, each of which must be between `least` and `most`.
inline std::vector<int64_t> between(std::vector<int64_t> values, const std::string& name, int64_t least, int64_t most) {
  const auto expected = "between " + std::to_string(least) + " and " + std::to_string(most);
  for (auto value : values) checked(value, name, expected, [=](int64_t v) { return v >= least && v <= most; });
  return values;
}

/// The values, none of which may be negative.
inline std::vector<int64_t> at_least_0(std::vector<int64_t> values, const std::string& name,
                                       int64_t most = largest_size) {
  for (auto value : values) checked(value, name, "zero or positive", [](int64_t v) { return v >= 0; });
  return between(std::move(values), name, 0, most);
}

/// Refuses a window that spans more than LibTorch can count.
inline void check_span(const std::vector<int64_t>& kernel_size, const std::vector<int64_t>& dilation) {
  for (size_t i = 0; i < kernel_size.size(); ++i)
    checked((kernel_size[i] - 1) * dilation[i] + 1, "dilation", "such that the window spans at most 2147483647",
            [](int64_t span) { return span <= largest_size; });
}

/// The value, which must not be negative.
inline double at_least_0(double value, const std::string& name) {
  return checked(value, name, "zero or positive", [](double v) { return v >= 0; });
}

}  // namespace jennit
