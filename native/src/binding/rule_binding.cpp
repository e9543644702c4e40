#include <jennit/batched_gradients.h>
#include <jennit/binding.h>
#include <jennit/coverage.h>
#include <jennit/denormals.h>
#include <jennit/errors.h>
#include <jennit/java_rule.h>

#include "autograd/gradients.h"
#include "pass.h"

namespace jennit::binding {

std::shared_ptr<Rule> make_rule(const std::string& type, const Options& options) {
  return guarded([&] { return jennit::make_rule(type, options); });
}

std::shared_ptr<Rule> make_java_rule(const std::string& name, const CallbackPtr& callback) {
  return guarded([&] { return jennit::make_java_rule(name, callback); });
}

std::shared_ptr<RuleScope> make_scope() {
  return guarded([] { return std::make_shared<RuleScope>(); });
}

std::shared_ptr<Inactivity> deactivate(const std::shared_ptr<RuleScope>& scope) {
  return guarded([&] { return std::make_shared<Inactivity>(scope); });
}

void end(const std::shared_ptr<Inactivity>& inactivity) { inactivity->end(); }

void set_check_finite(const std::shared_ptr<RuleScope>& scope, bool check) { scope->check_finite = check; }

int64_t add_rule(const ModulePtr& module, const std::shared_ptr<Rule>& rule, const std::string& path,
                 const std::shared_ptr<RuleScope>& scope) {
  return guarded([&] {
    auto& node = callable(*module);
    try {
      rule->check(node);
    } catch (const std::exception& e) {
      throw Error("module '" + path + "': " + message_of(e), e);
    }
    return node.add_hook(rule_hook(rule, path, scope));
  });
}

int64_t add_coverage(const ModulePtr& module, const CallbackPtr& listener, const int64_t* known, int64_t count) {
  return guarded(
      [&] { return callable(*module).add_hook(coverage_hook(listener, std::vector<int64_t>(known, known + count))); });
}

TensorVector grad(const TensorVector& outputs, const TensorVector& inputs, const TensorVector& grad_outputs,
                  bool retain_graph, bool create_graph, bool allow_unused) {
  const Pass pass;
  return guarded([&] {
    return in_order_of(inputs, jennit::gradients(outputs, inputs, grad_outputs, retain_graph || create_graph,
                                                 create_graph, allow_unused));
  });
}

TensorVector batched_gradients(const TensorVector& outputs, const TensorVector& inputs,
                               const TensorVector& grad_outputs, bool create_graph, bool allow_unused) {
  const Pass pass;
  return guarded([&] {
    return in_order_of(inputs, jennit::batched_gradients(outputs, inputs, grad_outputs, create_graph, allow_unused));
  });
}

bool set_flush_denormal(bool flush) { return jennit::set_flush_denormal(flush); }

void counts(int64_t* counts) { live::counts(counts); }

int64_t made(int64_t* rows, int64_t capacity) {
  const auto all = live::made();
  const auto taken = std::min(capacity, static_cast<int64_t>(all.size()));
  for (int64_t i = 0; i < taken; ++i) {
    rows[3 * i] = static_cast<int64_t>(all[i].kind);
    rows[3 * i + 1] = all[i].place;
    rows[3 * i + 2] = all[i].amount;
  }
  return static_cast<int64_t>(all.size());
}

}  // namespace jennit::binding
