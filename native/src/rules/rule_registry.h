#pragma once

#include <jennit/rule.h>

#include <functional>

namespace jennit {

using RuleFactory = std::function<std::shared_ptr<Rule>(const Options& options)>;

/// Registers a rule's name when the library is loaded.
struct RuleRegistration {
  RuleRegistration(const std::string& type, RuleFactory factory);
};

}  // namespace jennit
