#pragma once

#include <string>
#include <vector>

namespace jennit::exported {

/// One call of a module during which an operation ran.
struct Frame {
  /// Another for each call.
  std::string key;
  /// "layer1.0.conv2"; "" for the root.
  std::string path;
  /// "torch.nn.modules.conv.Conv2d".
  std::string type;
};

using Frames = std::vector<Frame>;

/// The calls around an operation, outermost first and each below the one before it; the root alone has the path "".
/// Calls of modules that stand elsewhere in the tree are left out: their operations are those of their caller. Empty
/// where the file names no module, as for sizes that PyTorch reads from the inputs by itself.
Frames frames_of(const std::string& nn_module_stack);

/// True for "a.b" and "a.b.c" below "a", and for everything below "".
bool is_below(const std::string& path, const std::string& ancestor);

/// How many calls two operations have in common.
size_t common(const Frames& left, const Frames& right);

}  // namespace jennit::exported
