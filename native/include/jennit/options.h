#pragma once

#include <jennit/tensors.h>

#include <optional>
#include <set>

namespace jennit {

/// Named arguments of a layer or a rule, under the names torch and Zennit give them.
/// Filled once by the caller, then read once by a factory, which refuses what it did not read. Not thread-safe.
class Options {
 public:
  void set_bool(const std::string& name, bool value);
  void set_integers(const std::string& name, const int64_t* values, int64_t count);
  void set_numbers(const std::string& name, const double* values, int64_t count);
  void set_text(const std::string& name, const std::string& value);
  void add_text(const std::string& name, const std::string& value);
  void set_tensor(const std::string& name, const at::Tensor& value);
  void set(const std::string& name, c10::IValue value);

  bool has(const std::string& name) const;
  bool flag(const std::string& name, bool otherwise) const;
  int64_t integer(const std::string& name) const;
  int64_t integer(const std::string& name, int64_t otherwise) const;
  double number(const std::string& name) const;
  double number(const std::string& name, double otherwise) const;
  std::string text(const std::string& name, const std::string& otherwise) const;
  std::vector<std::string> texts(const std::string& name) const;
  at::Tensor tensor(const std::string& name) const;
  std::vector<int64_t> integers(const std::string& name) const;
  std::vector<int64_t> integers(const std::string& name, std::vector<int64_t> otherwise) const;
  std::vector<double> numbers(const std::string& name) const;

  /// `size` integers: one value given stands for all of them.
  std::vector<int64_t> expanded(const std::string& name, size_t size) const;
  std::vector<int64_t> expanded(const std::string& name, size_t size, int64_t otherwise) const;

  /// Throws std::invalid_argument when a name was set that `owner` never asked for.
  void refuse_unread(const std::string& owner) const;

 private:
  const c10::IValue* find(const std::string& name) const;
  const c10::IValue& require(const std::string& name) const;

  std::map<std::string, c10::IValue> values_;
  mutable std::set<std::string> read_;
};

}  // namespace jennit
