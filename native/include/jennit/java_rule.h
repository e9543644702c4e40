#pragma once

#include <jennit/callback.h>
#include <jennit/rule.h>

namespace jennit {

/// A rule written in Java. Java keeps its half of the callback while the rule is registered; graphs pin it themselves.
std::shared_ptr<Rule> make_java_rule(const std::string& name, CallbackPtr callback);

}  // namespace jennit
