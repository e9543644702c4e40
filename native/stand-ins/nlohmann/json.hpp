#pragma once

#include <string>

// LibTorch's functorch headers include nlohmann/json, which LibTorch does not ship, for two functions that Jennit does
// not call. These declarations let the headers compile; a call would not link.

namespace nlohmann {

class json {
 public:
  json();
  template <class T>
  explicit json(const T& value);
  static json parse(const std::string& text);
  std::string dump() const;
  template <class T>
  T get() const;
};

}  // namespace nlohmann
