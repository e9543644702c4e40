#include <jennit/relevance_marker.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/graph_task.h>

#include <limits>
#include <mutex>
#include <unordered_set>

namespace jennit {

namespace {

using torch::autograd::variable_list;

/// The graph tasks that went through a marker, by LibTorch's id (never used twice).
class MarkedTasks {
 public:
  void mark(int id) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!ids_.insert(id).second) return;
    }
    torch::autograd::Engine::get_default_engine().queue_callback([this, id] {
      std::lock_guard<std::mutex> lock(mutex_);
      ids_.erase(id);
    });
  }

  bool holds(int id) {
    std::lock_guard<std::mutex> lock(mutex_);
    return ids_.count(id) != 0;
  }

 private:
  std::mutex mutex_;
  std::unordered_set<int> ids_;
};

MarkedTasks& marked_tasks() {
  static MarkedTasks tasks;
  return tasks;
}

// The engine runs ready nodes in the order of their sequence numbers, highest first: a marker before any rule node,
// whichever thread recorded them.
constexpr uint64_t before_all_others = std::numeric_limits<uint64_t>::max() - 1;

class Marker final : public torch::autograd::Node {
 public:
  Marker() : Node(before_all_others) {}
  std::string name() const override { return "RelevanceMarker"; }
  variable_list apply(variable_list&& gradients) override {
    marked_tasks().mark(torch::autograd::get_current_graph_task_id());
    return std::move(gradients);
  }
};

}  // namespace

Tensor mark_relevance(const Tensor& relevance) {
  if (!relevance.defined() || !relevance.requires_grad()) return relevance;
  std::shared_ptr<Marker> marker(new Marker, torch::autograd::deleteNode);
  marker->set_next_edges(torch::autograd::collect_next_edges(relevance));
  auto marked = relevance.detach();
  torch::autograd::set_history(marked, marker);
  return marked;
}

bool differentiates_relevance() { return marked_tasks().holds(torch::autograd::get_current_graph_task_id()); }

}  // namespace jennit
