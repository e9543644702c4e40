#include <jennit/relevance_marker.h>
#include <torch/csrc/autograd/engine.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/graph_task.h>

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

class Marker final : public torch::autograd::Node {
 public:
  std::string name() const override { return "RelevanceMarker"; }
  variable_list apply(variable_list&& gradients) override {
    marked_tasks().mark(torch::autograd::get_current_graph_task_id());
    return std::move(gradients);
  }
};

/// Whether the running task will go through a marker. The order in which it gets there says nothing: rule nodes of
/// another forward, or of one recorded on another thread, may run first.
bool leads_through_marker() {
  const auto& wanted = *torch::autograd::get_current_graph_task_exec_info();
  for (auto* node : *torch::autograd::get_current_graph_task_nodes_in_graph()) {
    if (!dynamic_cast<const Marker*>(node)) continue;
    // No entries at all: every node runs.
    const auto found = wanted.find(node);
    if (wanted.empty() || (found != wanted.end() && found->second.should_execute())) return true;
  }
  return false;
}

}  // namespace

Tensor mark_relevance(const Tensor& relevance) {
  if (!relevance.defined() || !relevance.requires_grad()) return relevance;
  std::shared_ptr<Marker> marker(new Marker, torch::autograd::deleteNode);
  marker->set_next_edges(torch::autograd::collect_next_edges(relevance));
  auto marked = relevance.detach();
  torch::autograd::set_history(marked, marker);
  return marked;
}

bool differentiates_relevance() {
  const auto id = torch::autograd::get_current_graph_task_id();
  if (marked_tasks().holds(id)) return true;
  thread_local int without_marker = -1;
  if (id == without_marker) return false;
  if (leads_through_marker()) {
    marked_tasks().mark(id);
    return true;
  }
  without_marker = id;
  return false;
}

}  // namespace jennit
