#pragma once

#include <string>

namespace jennit::graph {

/// Tells Java's log what a model has to say; nobody where Java does not listen.
void log_warning(const std::string& message);

}  // namespace jennit::graph
