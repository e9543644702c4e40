#include <jennit/callback.h>

#include <mutex>
#include <unordered_set>

namespace jennit {

namespace {

struct Living {
  std::mutex mutex;
  std::unordered_set<const Callback*> callbacks;
};

Living& living() {
  // Never destroyed: callbacks may go after the static objects of this library.
  static auto* set = new Living;
  return *set;
}

}  // namespace

Callback::Callback() {
  std::lock_guard<std::mutex> lock(living().mutex);
  living().callbacks.insert(this);
}

Callback::~Callback() {
  std::lock_guard<std::mutex> lock(living().mutex);
  living().callbacks.erase(this);
}

Tensors ask(Callback* callback, Tensors first, Tensors second, Tensors third) {
  {
    std::lock_guard<std::mutex> lock(living().mutex);
    if (!living().callbacks.count(callback))
      throw std::invalid_argument("the Java half is gone: keep the model reachable while it is in use");
  }
  Tensors answer;
  callback->call(first, second, third, answer);
  return answer;
}

std::shared_ptr<Callback> pin(Callback* callback) {
  callback->retained();
  return {callback, [](Callback* last) {
            // A destructor may run on a thread of LibTorch's engine: nothing may escape from here.
            try {
              last->released();
            } catch (...) {
            }
          }};
}

}  // namespace jennit
