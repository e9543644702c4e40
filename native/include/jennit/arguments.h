#pragma once

#include <ATen/core/ivalue.h>
#include <jennit/tensors.h>

namespace jennit {

/// The arguments of one call of a module that executes a graph, put together value by value; any values of Python's.
class Arguments {
 public:
  // Each adds a value behind the last.
  void add_tensor(const at::Tensor& value) { values_.emplace_back(value); }
  void add_integer(int64_t value) { values_.emplace_back(value); }
  void add_number(double value) { values_.emplace_back(value); }
  void add_flag(bool value) { values_.emplace_back(value); }
  void add_text(const std::string& value) { values_.emplace_back(value); }
  void add_none() { values_.emplace_back(); }

  /// Makes a list of the last `count` values.
  void make_list(int64_t count);
  /// Makes a dictionary of the last `count` pairs of a key and a value.
  void make_dict(int64_t count);
  /// Makes the last value a keyword argument.
  void name_last(const std::string& name);

  const std::vector<c10::IValue>& positional() const { return values_; }
  const std::map<std::string, c10::IValue>& named() const { return named_; }

 private:
  std::vector<c10::IValue> last(int64_t count);

  std::vector<c10::IValue> values_;
  std::map<std::string, c10::IValue> named_;
};

}  // namespace jennit
