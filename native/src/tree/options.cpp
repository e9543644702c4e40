#include <jennit/options.h>

#include <stdexcept>

namespace jennit {

namespace {

[[noreturn]] void wrong(const std::string& name, const std::string& expected) {
  throw std::invalid_argument("option '" + name + "' must be " + expected);
}

}  // namespace

void Options::set(const std::string& name, c10::IValue value) { values_[name] = std::move(value); }

void Options::set_bool(const std::string& name, bool value) { set(name, value); }

void Options::set_integers(const std::string& name, const int64_t* values, int64_t count) {
  set(name, std::vector<int64_t>(values, values + count));
}

void Options::set_numbers(const std::string& name, const double* values, int64_t count) {
  set(name, std::vector<double>(values, values + count));
}

void Options::set_text(const std::string& name, const std::string& value) { set(name, value); }

void Options::add_text(const std::string& name, const std::string& value) {
  auto& list = values_[name];
  if (list.isNone()) list = c10::List<std::string>();
  list.to<c10::List<std::string>>().push_back(value);
}

void Options::set_tensor(const std::string& name, const Tensor& value) { set(name, value); }

const c10::IValue* Options::find(const std::string& name) const {
  read_.insert(name);
  auto found = values_.find(name);
  return found == values_.end() || found->second.isNone() ? nullptr : &found->second;
}

const c10::IValue& Options::require(const std::string& name) const {
  const auto* value = find(name);
  if (!value) throw std::invalid_argument("option '" + name + "' is missing");
  return *value;
}

bool Options::has(const std::string& name) const { return find(name) != nullptr; }

bool Options::flag(const std::string& name, bool otherwise) const {
  const auto* value = find(name);
  if (!value) return otherwise;
  if (!value->isBool()) wrong(name, "true or false");
  return value->toBool();
}

std::vector<int64_t> Options::integers(const std::string& name) const {
  const auto& value = require(name);
  if (value.isInt()) return {value.toInt()};
  if (!value.isIntList()) wrong(name, "one or more integers");
  return value.toIntVector();
}

std::vector<int64_t> Options::integers(const std::string& name, std::vector<int64_t> otherwise) const {
  return has(name) ? integers(name) : std::move(otherwise);
}

int64_t Options::integer(const std::string& name) const {
  const auto values = integers(name);
  if (values.size() != 1) wrong(name, "one integer");
  return values[0];
}

int64_t Options::integer(const std::string& name, int64_t otherwise) const {
  return has(name) ? integer(name) : otherwise;
}

std::vector<double> Options::numbers(const std::string& name) const {
  const auto& value = require(name);
  if (value.isDouble()) return {value.toDouble()};
  if (value.isInt()) return {static_cast<double>(value.toInt())};
  if (value.isDoubleList()) return value.toDoubleVector();
  if (!value.isIntList()) wrong(name, "one or more numbers");
  std::vector<double> numbers;
  for (auto integer : value.toIntVector()) numbers.push_back(static_cast<double>(integer));
  return numbers;
}

double Options::number(const std::string& name) const {
  const auto values = numbers(name);
  if (values.size() != 1) wrong(name, "one number");
  return values[0];
}

double Options::number(const std::string& name, double otherwise) const { return has(name) ? number(name) : otherwise; }

std::string Options::text(const std::string& name, const std::string& otherwise) const {
  const auto* value = find(name);
  if (!value) return otherwise;
  if (!value->isString()) wrong(name, "a text");
  return value->toStringRef();
}

std::vector<std::string> Options::texts(const std::string& name) const {
  const auto* value = find(name);
  if (!value) return {};
  if (value->isString()) return {value->toStringRef()};
  if (!value->isList()) wrong(name, "a list of texts");
  return value->to<std::vector<std::string>>();
}

Tensor Options::tensor(const std::string& name) const {
  const auto& value = require(name);
  if (!value.isTensor()) wrong(name, "a tensor");
  return value.toTensor();
}

std::vector<int64_t> Options::expanded(const std::string& name, size_t size) const {
  auto values = integers(name);
  if (values.size() == 1) values.resize(size, values[0]);
  if (values.size() != size) wrong(name, "1 or " + std::to_string(size) + " integers");
  return values;
}

std::vector<int64_t> Options::expanded(const std::string& name, size_t size, int64_t otherwise) const {
  return has(name) ? expanded(name, size) : std::vector<int64_t>(size, otherwise);
}

void Options::refuse_unread(const std::string& owner) const {
  for (const auto& entry : values_)
    if (!read_.count(entry.first)) throw std::invalid_argument(owner + " has no option '" + entry.first + "'");
}

}  // namespace jennit
