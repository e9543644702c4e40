#include <jennit/hooks.h>

namespace jennit {

namespace {

class ForwardPreHook final : public Hook {
 public:
  explicit ForwardPreHook(CallbackPtr callback) : callback_(std::move(callback)) {}

  void pin(Pins& pins) const override { pins.push_back(callback_->pin()); }

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    auto answer = callback_->call(inputs);
    if (!answer.empty()) inputs = std::move(answer);
    return nullptr;
  }

 private:
  CallbackPtr callback_;
};

class ForwardHook final : public Hook {
 public:
  explicit ForwardHook(CallbackPtr callback) : callback_(std::move(callback)) {}

  void pin(Pins& pins) const override { pins.push_back(callback_->pin()); }

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    return std::make_unique<After>(callback_, inputs);
  }

 private:
  class After final : public AfterCall {
   public:
    After(CallbackPtr callback, Tensors inputs) : callback_(std::move(callback)), inputs_(std::move(inputs)) {}
    void after(Tensors& outputs) override {
      auto answer = callback_->call(inputs_, outputs);
      if (!answer.empty()) outputs = std::move(answer);
    }

   private:
    CallbackPtr callback_;
    Tensors inputs_;
  };

  CallbackPtr callback_;
};

}  // namespace

std::shared_ptr<Hook> forward_pre_hook(CallbackPtr callback) {
  return std::make_shared<ForwardPreHook>(std::move(callback));
}

std::shared_ptr<Hook> forward_hook(CallbackPtr callback) { return std::make_shared<ForwardHook>(std::move(callback)); }

}  // namespace jennit
