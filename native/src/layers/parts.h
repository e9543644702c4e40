#pragma once

#include <jennit/callable.h>

namespace jennit {

/// The children of a node as they are now: others may stand in their places.
class Parts {
 public:
  explicit Parts(const Callable& node) : node_(node) {}

  /// What the child `name` answers, which must be one tensor.
  Tensor operator()(const std::string& name, const Tensors& inputs) const {
    const auto outputs = callable(*node_.seen_child(name)).call(inputs);
    if (outputs.size() != 1)
      throw std::invalid_argument("'" + name + "' must answer one tensor, but answered " +
                                  std::to_string(outputs.size()));
    return outputs[0];
  }

 private:
  const Callable& node_;
};

}  // namespace jennit
