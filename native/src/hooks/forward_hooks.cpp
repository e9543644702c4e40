#include <jennit/hooks.h>

namespace jennit {

namespace {

class ForwardPreHook final : public Hook {
 public:
  explicit ForwardPreHook(Callback* callback) : callback_(callback) {}
  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    auto answer = ask(callback_, inputs);
    if (!answer.empty()) inputs = std::move(answer);
    return nullptr;
  }

 private:
  Callback* callback_;
};

class ForwardHook final : public Hook {
 public:
  explicit ForwardHook(Callback* callback) : callback_(callback) {}

  std::unique_ptr<AfterCall> before(Callable&, Tensors& inputs) override {
    return std::make_unique<After>(callback_, inputs);
  }

 private:
  class After final : public AfterCall {
   public:
    After(Callback* callback, Tensors inputs) : callback_(callback), inputs_(std::move(inputs)) {}
    void after(Tensors& outputs) override {
      auto answer = ask(callback_, inputs_, outputs);
      if (!answer.empty()) outputs = std::move(answer);
    }

   private:
    Callback* callback_;
    Tensors inputs_;
  };

  Callback* callback_;
};

}  // namespace

std::shared_ptr<Hook> forward_pre_hook(Callback* callback) { return std::make_shared<ForwardPreHook>(callback); }
std::shared_ptr<Hook> forward_hook(Callback* callback) { return std::make_shared<ForwardHook>(callback); }

}  // namespace jennit
