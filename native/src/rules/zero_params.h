#pragma once

#include <jennit/rule.h>

#include <set>

namespace jennit {

/// The parameters that a rule takes as zero (Zennit's `zero_params`).
class ZeroParams {
 public:
  explicit ZeroParams(const Options& options);

  bool has(const std::string& name) const { return names_.count(name) != 0; }
  bool any() const { return !names_.empty(); }
  const std::set<std::string>& names() const { return names_; }

  /// The call's weight or bias; the weight as zeros and the bias as undefined where they are taken as zero.
  Tensor weight(const RuleCall& call) const;
  Tensor bias(const RuleCall& call) const;
  /// The linear part x*w of the module's own output, plus the bias unless that is taken as zero.
  Tensor output(const RuleCall& call) const;

 private:
  std::set<std::string> names_;
};

}  // namespace jennit
