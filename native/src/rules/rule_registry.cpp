#include "rule_registry.h"

namespace jennit {

namespace {

std::map<std::string, RuleFactory>& registry() {
  static std::map<std::string, RuleFactory> factories;
  return factories;
}

}  // namespace

RuleRegistration::RuleRegistration(const std::string& type, RuleFactory factory) {
  registry()[type] = std::move(factory);
}

std::shared_ptr<Rule> make_rule(const std::string& type, const Options& options) {
  auto found = registry().find(type);
  if (found == registry().end()) throw std::invalid_argument("there is no rule '" + type + "'");
  auto rule = found->second(options);
  options.refuse_unread("rule " + type);
  return rule;
}

}  // namespace jennit
