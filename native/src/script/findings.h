#pragma once

#include <torch/script.h>

namespace jennit::script {

/// What the graphs of a file say about how it was saved, and what follows for its use.
class Findings {
 public:
  /// Throws Error for what only LibTorch's own interpreter can execute.
  void look_at(const torch::jit::Graph& graph) { look_at(*graph.block()); }

  /// Sentences that go on after the file's name.
  std::vector<std::string> warnings(bool names_functional_ops) const;

 private:
  void look_at(const torch::jit::Block& block);

  /// The first operation of each kind; "" where there is none.
  std::string training_, quantised_, frozen_;
};

}  // namespace jennit::script
