#include "dependence.h"

#include <torch/csrc/autograd/function.h>

#include <unordered_map>
#include <unordered_set>

namespace jennit {

using torch::autograd::Edge;
using torch::autograd::Node;

std::vector<bool> reached(const std::vector<Edge>& outputs, const std::vector<Edge>& inputs) {
  std::unordered_multimap<const Node*, size_t> ends;
  for (size_t i = 0; i < inputs.size(); ++i)
    if (inputs[i].is_valid()) ends.emplace(inputs[i].function.get(), i);

  std::vector<bool> result(inputs.size(), false);
  std::unordered_set<const Node*> seen;
  std::vector<const Node*> pending;
  const auto follow = [&](const Edge& edge) {
    if (!edge.is_valid()) return;
    const auto* node = edge.function.get();
    const auto [first, last] = ends.equal_range(node);
    for (auto end = first; end != last; ++end)
      if (inputs[end->second].input_nr == edge.input_nr) result[end->second] = true;
    if (first == last && seen.insert(node).second) pending.push_back(node);
  };
  for (const auto& edge : outputs) follow(edge);
  while (!pending.empty()) {
    const auto* node = pending.back();
    pending.pop_back();
    for (const auto& edge : node->next_edges()) follow(edge);
  }
  return result;
}

}  // namespace jennit
