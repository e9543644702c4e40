#include <jennit/java_rule.h>

namespace jennit {

namespace {

/// Asks Java: save(inputs, outputs) after the forward; call(inputs, outputs and what was saved, upper) for the
/// relevance of the inputs.
class JavaRule final : public Rule {
 public:
  JavaRule(std::string name, Callback* callback) : name_(std::move(name)), callback_(callback) {}
  std::string name() const override { return name_; }
  Needs needs(const Callable&) const override { return {true, true, false}; }
  Tensors save(const Tensors& inputs, const Tensors& outputs) const override {
    Tensors kept, in = inputs, out = outputs;
    callback_->save(in, out, kept);
    return kept;
  }
  Tensors relevance(const RuleCall& call) const override {
    auto outputs = call.outputs;
    outputs.insert(outputs.end(), call.saved.begin(), call.saved.end());
    return ask(callback_, call.inputs, outputs, call.upper);
  }
  bool takes_batches() const override { return false; }
  std::shared_ptr<void> pin() const override { return jennit::pin(callback_); }

 private:
  std::string name_;
  Callback* callback_;
};

}  // namespace

std::shared_ptr<Rule> make_java_rule(const std::string& name, Callback* callback) {
  return std::make_shared<JavaRule>(name, callback);
}

}  // namespace jennit
