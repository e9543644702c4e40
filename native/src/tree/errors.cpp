#include <c10/util/Exception.h>
#include <jennit/errors.h>

namespace jennit {

namespace {

thread_local Failure last;

[[noreturn]] void leave(const Error& error) {
  last = {error.what(), error.thrown(), error.origin()};
  throw error;
}

}  // namespace

Error::Error(const std::string& message, const std::exception& reason) : std::runtime_error(message) {
  if (const auto* error = dynamic_cast<const Error*>(&reason)) {
    thrown_ = error->thrown_;
    origin_ = error->origin_;
  }
}

std::string message_of(const std::exception& error) {
  if (const auto* torch_error = dynamic_cast<const c10::Error*>(&error)) return torch_error->what_without_backtrace();
  return error.what();
}

Failure take_failure(const std::string& message) {
  Failure taken = std::move(last);
  last = {};
  return taken.message == message ? taken : Failure{message, nullptr, 0};
}

void detail::leave_for_java() {
  try {
    throw;
  } catch (const Error& e) {
    leave(e);
  } catch (const std::bad_alloc&) {
    leave(Error("out of native memory"));
  } catch (const std::exception& e) {
    leave(Error(message_of(e)));
  } catch (...) {
    leave(Error("an unknown native error"));
  }
}

}  // namespace jennit
