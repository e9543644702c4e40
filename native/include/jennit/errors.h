#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>

namespace jennit {

/// An error in the user's terms: its message needs no further words. It carries what Java threw, if it began there, and
/// the node of the tree where it began, so that the path in the message is the right one however far it has come.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message) : std::runtime_error(message) {}
  /// The same failure in other words.
  Error(const std::string& message, const std::exception& reason);
  /// A failure that began with an exception in Java, which `thrown` keeps.
  Error(const std::string& message, std::shared_ptr<void> thrown, int64_t origin)
      : std::runtime_error(message), thrown_(std::move(thrown)), origin_(origin) {}

  const std::shared_ptr<void>& thrown() const { return thrown_; }
  /// Callable::id of the node where it began; 0 where that is not known or was said already.
  int64_t origin() const { return origin_; }

 private:
  std::shared_ptr<void> thrown_;
  int64_t origin_ = 0;
};

/// The message of any exception, without LibTorch's backtrace.
std::string message_of(const std::exception& error);

/// The last failure of this thread that left for Java. Java gets the message alone, and asks here for the rest.
struct Failure {
  std::string message;
  std::shared_ptr<void> thrown;
  int64_t origin = 0;
};
/// Hands it over where it has this message, once.
Failure take_failure(const std::string& message);

namespace detail {
/// Turns what is being handled into an Error for Java, and notes it for take_failure.
[[noreturn]] void leave_for_java();
}  // namespace detail

/// Runs what Java called. Whatever is thrown inside leaves as an Error with a clean message.
template <class Function>
auto guarded(Function&& function) -> decltype(function()) {
  try {
    return function();
  } catch (...) {
    detail::leave_for_java();
  }
}

}  // namespace jennit
