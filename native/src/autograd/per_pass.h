#pragma once

#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/graph_task.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace jennit {

/// Values that belong to the backward passes which run now, one for each. LibTorch's task of a pass holds the key, so
/// that the value is forgotten with it, however the pass ends. Thread-safe; only within a pass.
template <class Value>
class PerPass {
 public:
  /// The running pass's, if it has one.
  std::optional<Value> find() const {
    std::lock_guard<std::mutex> lock(values_->mutex);
    const auto found = values_->by_pass.find(torch::autograd::get_current_graph_task_id());
    return found == values_->by_pass.end() ? std::nullopt : std::optional<Value>(found->second);
  }

  void put(Value value) {
    const auto pass = torch::autograd::get_current_graph_task_id();
    {
      std::lock_guard<std::mutex> lock(values_->mutex);
      if (!values_->by_pass.insert_or_assign(pass, std::move(value)).second) return;
    }
    auto forget = std::make_shared<Forget>(values_, pass);
    torch::autograd::Engine::get_default_engine().queue_callback([forget] {});
  }

 private:
  struct Values {
    std::mutex mutex;
    std::map<int, Value> by_pass;
  };
  struct Forget {
    Forget(const std::shared_ptr<Values>& all, int pass) : values(all), pass(pass) {}
    ~Forget() {
      const auto all = values.lock();
      if (!all) return;
      std::lock_guard<std::mutex> lock(all->mutex);
      all->by_pass.erase(pass);
    }
    std::weak_ptr<Values> values;
    int pass;
  };

  std::shared_ptr<Values> values_ = std::make_shared<Values>();
};

}  // namespace jennit
