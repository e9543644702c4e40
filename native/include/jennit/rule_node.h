#pragma once

#include <jennit/rule.h>

#include <atomic>

namespace jennit {

/// Shared by all rules of one registration: what may be inactive for the passes of a thread, see call_state.h.
struct RuleScope {
  /// While true, a relevance that is not finite is an error that names the module.
  std::atomic<bool> check_finite{false};
};

/// Puts `rule` on a module: every call records a rule node over its outputs.
/// `path` names the module in errors.
std::shared_ptr<Hook> rule_hook(std::shared_ptr<Rule> rule, std::string path, std::shared_ptr<RuleScope> scope);

/// True when a rule node made this tensor, or what it is a view of: the module below it still needs the values.
bool is_rule_output(const at::TensorBase& tensor);

}  // namespace jennit
