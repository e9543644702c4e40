#pragma once

#include <jennit/callable.h>
#include <jennit/options.h>

#include <functional>

namespace jennit {

/// Makes the layer that torch.nn calls `type`, from torch's argument names; defaults and initialisation are torch's.
/// Throws std::invalid_argument for an unknown type, an unknown or missing option, or one that torch refuses.
ModulePtr make_layer(const std::string& type, const Options& options);

/// Whether a node is a layer that make_layer made as `type`: a user's module may have any name.
bool is_layer(const Callable& callable, const std::string& type);
/// Of any type.
bool is_layer(const Callable& callable);

/// The names that make_layer knows, sorted.
std::vector<std::string> layer_types();

using LayerFactory = std::function<ModulePtr(const std::string& type, const Options& options)>;

/// Adds a type to the registry; each family of layers registers its own when the library is loaded.
void register_layer(const std::string& type, LayerFactory factory);

}  // namespace jennit
