#pragma once

#include <jennit/callback.h>
#include <jennit/rule.h>

namespace jennit {

/// A rule written in Java. The caller keeps the callback alive while the rule is registered; graphs pin it themselves.
std::shared_ptr<Rule> make_java_rule(const std::string& name, Callback* callback);

}  // namespace jennit
