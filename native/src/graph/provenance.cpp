#include "provenance.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

namespace jennit::graph {

bool depends_on_inputs(const torch::jit::Value* value) {
  std::unordered_set<const torch::jit::Node*> seen;
  std::vector<const torch::jit::Value*> next{value};
  while (!next.empty()) {
    const auto* node = next.back()->node();
    next.pop_back();
    if (node->kind() == c10::prim::Constant || node->kind() == c10::prim::GetAttr || !seen.insert(node).second)
      continue;
    if (node->kind() == c10::prim::Param || node->kind() == c10::prim::CallMethod || !node->blocks().empty())
      return true;
    next.insert(next.end(), node->inputs().begin(), node->inputs().end());
  }
  return false;
}

}  // namespace jennit::graph
