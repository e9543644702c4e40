#include "graph_nodes.h"

#include <cctype>
#include <set>

namespace jennit {

namespace {

/// The last part of a C++ name; of the function that a node of the extension API is made of.
std::string simple_name(std::string name) {
  const auto argument = name.find("CppNode<");
  if (argument != std::string::npos) name = name.substr(argument + 8, name.rfind('>') - argument - 8);
  const auto part = name.rfind("::");
  return part == std::string::npos ? name : name.substr(part + 2);
}

std::string in_snake_case(const std::string& name) {
  std::string snake;
  for (size_t i = 0; i < name.size(); ++i) {
    const bool upper = std::isupper(static_cast<unsigned char>(name[i])) != 0;
    const bool word = upper && i > 0 && !std::isupper(static_cast<unsigned char>(name[i - 1])) && name[i - 1] != '_';
    if (word && !std::isdigit(static_cast<unsigned char>(name[i - 1]))) snake += '_';
    snake += static_cast<char>(std::tolower(static_cast<unsigned char>(name[i])));
  }
  return snake;
}

const std::set<std::string> unchanged = {
    // Views and other shapes.
    "view", "unsafe_view", "reshape_alias", "reshape", "transpose", "t", "permute", "squeeze", "unsqueeze", "expand",
    "alias", "slice", "select", "narrow", "split", "split_with_sizes", "unbind", "unsafe_split", "chunk", "as_strided",
    "diagonal", "movedim", "unfold", "view_as_real", "detach", "flatten",
    // Copies.
    "cat", "stack", "clone", "to_copy", "copy", "copy_backwards", "copy_slices", "repeat", "roll", "flip", "rot90",
    "constant_pad_nd", "reflection_pad1d", "reflection_pad2d", "reflection_pad3d", "replication_pad1d",
    "replication_pad2d", "replication_pad3d", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle",
    "native_channel_shuffle", "upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d",
    // Picks.
    "index", "index_select", "gather", "take", "masked_select", "masked_fill", "where", "max", "min", "amax", "amin",
    "maximum", "minimum", "sort", "topk", "max_pool1d_with_indices", "max_pool2dwith_indices", "max_pool3dwith_indices",
    "max_pool2d_with_indices", "max_pool3d_with_indices", "mkldnn_max_pool2d", "mkldnn_max_pool3d",
    "adaptive_max_pool2d", "adaptive_max_pool3d",
    // What is no operation.
    "accumulate_grad", "relevance_marker", "hook_input", "hook_output"};

const std::set<std::string> unchanged_alone = {"add", "sub"};

}  // namespace

std::string operation_of(const torch::autograd::Node& node) {
  auto name = simple_name(node.name());
  const auto backward = name.find("Backward");
  if (backward != std::string::npos && backward > 0) name = name.substr(0, backward);
  if (name.rfind("BackwardHook", 0) == 0) name = name.substr(8);
  return in_snake_case(name);
}

Handing handing_of(const std::string& operation) {
  if (unchanged.count(operation)) return Handing::unchanged;
  return unchanged_alone.count(operation) ? Handing::unchanged_alone : Handing::changed;
}

}  // namespace jennit
