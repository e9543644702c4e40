#include <jennit/relevance_marker.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <unordered_map>
#include <unordered_set>

#include "per_pass.h"

namespace jennit {

namespace {

using torch::autograd::Node;
using torch::autograd::variable_list;
using Nodes = std::unordered_set<Node*>;

const Nodes& nodes_of_pass() { return *torch::autograd::get_current_graph_task_nodes_in_graph(); }

class Marker final : public Node {
 public:
  explicit Marker(int64_t maker) : maker(maker) {}
  std::string name() const override { return "RelevanceMarker"; }
  variable_list apply(variable_list&& gradients) override;

  const int64_t maker;
};

/// The marker that a pass begins at: LibTorch does not count the only root among the nodes.
PerPass<Marker*>& root_marker() {
  // Never destroyed: graphs may go after the static objects of this library.
  static auto* root = new PerPass<Marker*>;
  return *root;
}

variable_list Marker::apply(variable_list&& gradients) {
  if (!nodes_of_pass().count(this)) root_marker().put(this);
  return std::move(gradients);
}

/// The markers that the running pass goes through. One that is only asked for is the pass's end.
std::vector<Marker*> needed_markers() {
  const auto& wanted = *torch::autograd::get_current_graph_task_exec_info();
  std::vector<Marker*> markers;
  if (const auto root = root_marker().find()) markers.push_back(*root);
  for (auto* node : nodes_of_pass()) {
    auto* marker = dynamic_cast<Marker*>(node);
    if (!marker) continue;
    // No entries at all: every node runs.
    const auto found = wanted.find(node);
    if (wanted.empty() || (found != wanted.end() && found->second.needed_)) markers.push_back(marker);
  }
  return markers;
}

Nodes reachable_from(const std::vector<Marker*>& markers) {
  Nodes reached(markers.begin(), markers.end());
  std::vector<Node*> next(markers.begin(), markers.end());
  while (!next.empty()) {
    auto* node = next.back();
    next.pop_back();
    for (const auto& edge : node->next_edges())
      if (edge.function && reached.insert(edge.function.get()).second) next.push_back(edge.function.get());
  }
  return reached;
}

/// The nodes of the running pass from which an edge leads, over any others but those that `ends` names, to one that
/// `begins` names. `first` may be the pass's root.
template <class Begins, class Ends>
Nodes leading_to(Node& first, Begins begins, Ends ends) {
  std::unordered_map<Node*, std::vector<Node*>> above;
  Nodes leading;
  std::vector<Node*> next;
  const auto add = [&](Node* node) {
    for (const auto& edge : node->next_edges())
      if (edge.function) above[edge.function.get()].push_back(node);
    if (begins(node) && leading.insert(node).second) next.push_back(node);
  };
  for (auto* node : nodes_of_pass()) add(node);
  if (!nodes_of_pass().count(&first)) add(&first);
  while (!next.empty()) {
    auto* node = next.back();
    next.pop_back();
    for (auto* upper : above[node])
      if (!ends(upper) && leading.insert(upper).second) next.push_back(upper);
  }
  return leading;
}

/// Which nodes of a pass stand above a relevance that it goes through, and have no part in that relevance themselves:
/// the rules of a second model, whose input that relevance is. `first` is the first rule that the pass came to.
Nodes explaining_a_relevance(Node& first) {
  const auto markers = needed_markers();
  if (markers.empty()) return {};
  const auto below = reachable_from(markers);
  std::unordered_set<int64_t> makers;
  for (const auto* marker : markers) makers.insert(marker->maker);
  const auto is_marker = [](Node* node) { return dynamic_cast<Marker*>(node) != nullptr; };
  const auto made_it = [&](Node* node) {
    const auto* hands = dynamic_cast<HandsRelevance*>(node);
    return hands && makers.count(hands->relevance_id()) > 0;
  };
  const auto of_its_forward = leading_to(first, made_it, is_marker);
  const Nodes needed(markers.begin(), markers.end());
  auto above = leading_to(first, [&](Node* node) { return needed.count(node) > 0; }, [](Node*) { return false; });
  for (auto node = above.begin(); node != above.end();)
    node = below.count(*node) || of_its_forward.count(*node) ? above.erase(node) : std::next(node);
  return above;
}

/// What is known of one pass.
struct Facts {
  bool through_marker;
  Nodes explaining;
};

PerPass<std::shared_ptr<const Facts>>& facts() {
  // Never destroyed: graphs may go after the static objects of this library.
  static auto* facts = new PerPass<std::shared_ptr<const Facts>>;
  return *facts;
}

}  // namespace

Tensor mark_relevance(const Tensor& relevance, int64_t maker) {
  if (!relevance.defined() || !relevance.requires_grad()) return relevance;
  std::shared_ptr<Marker> marker(new Marker(maker), torch::autograd::deleteNode);
  marker->set_next_edges(torch::autograd::collect_next_edges(relevance));
  auto marked = relevance.detach();
  torch::autograd::set_history(marked, marker);
  return marked;
}

bool differentiates_relevance(Node& node) {
  // Most passes go through no marker, and through many rules one after the other.
  thread_local int without_marker = -1;
  const auto pass = torch::autograd::get_current_graph_task_id();
  if (pass == without_marker) return false;
  auto known = facts().find();
  if (!known) {
    known = std::make_shared<const Facts>(Facts{!needed_markers().empty(), explaining_a_relevance(node)});
    facts().put(*known);
  }
  if (!(*known)->through_marker) {
    without_marker = pass;
    return false;
  }
  return !(*known)->explaining.count(&node);
}

}  // namespace jennit
