#include <jennit/java_rule.h>

namespace jennit {

namespace {

/// Asks Java: save(inputs, outputs) after the forward; call(inputs, outputs and what was saved, upper) for the
/// relevance of the inputs.
class JavaRule final : public Rule {
 public:
  JavaRule(std::string name, CallbackPtr callback) : name_(std::move(name)), callback_(std::move(callback)) {}
  std::string name() const override { return name_; }
  Needs needs(const Callable&) const override { return {true, true, false}; }
  Tensors save(const Tensors& inputs, const Tensors& outputs) const override {
    return callback_->save(inputs, outputs);
  }
  Tensors relevance(const RuleCall& call) const override {
    auto outputs = call.outputs;
    outputs.insert(outputs.end(), call.saved.begin(), call.saved.end());
    return callback_->call(call.inputs, outputs, call.upper);
  }
  bool takes_batches() const override { return false; }
  bool chooses_inputs() const override { return true; }
  std::shared_ptr<void> pin() const override { return callback_->pin(); }

 private:
  std::string name_;
  CallbackPtr callback_;
};

}  // namespace

std::shared_ptr<Rule> make_java_rule(const std::string& name, CallbackPtr callback) {
  return std::make_shared<JavaRule>(name, std::move(callback));
}

}  // namespace jennit
