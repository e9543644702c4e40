#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace jennit::graph {

/// How graphs write down one of torch.nn's layers.
struct LayerEntry {
  /// Its name in torch.nn, "Conv2d".
  std::string type;
  /// The operators, without "aten::" and the underscore of in-place ones, any of which is the whole traced layer.
  std::vector<std::string> operators;
  /// Options that do not follow from the weights: the name of each, and of the operator's argument that holds it.
  std::vector<std::pair<std::string, std::string>> options;
};

/// Null where options of that type cannot be read back.
const LayerEntry* find_layer(const std::string& type);

/// The type of the layer that does nothing but call this operator; null where there is none, or several.
const LayerEntry* find_functional(const std::string& op);

}  // namespace jennit::graph
