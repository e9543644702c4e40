#pragma once

#include <jennit/tensors.h>

#include <stdexcept>

namespace jennit {

/// An error in the user's terms: its message needs no further words.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The message of any exception, without LibTorch's backtrace.
std::string message_of(const std::exception& error);

/// Runs what Java called. Whatever is thrown inside leaves as an Error with a clean message.
template <class Function>
auto guarded(Function&& function) -> decltype(function()) {
  try {
    return function();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw Error("out of native memory");
  } catch (const std::exception& e) {
    throw Error(message_of(e));
  } catch (...) {
    throw Error("an unknown native error");
  }
}

}  // namespace jennit
