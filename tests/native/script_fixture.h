#pragma once

#include <gtest/gtest.h>
#include <jennit/callable.h>
#include <jennit/errors.h>
#include <jennit/script.h>
#include <torch/script.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

namespace jennit {

/// Writes TorchScript files to a folder of its own, and opens them.
class ScriptTest : public ::testing::Test {
 protected:
  ScriptTest() : folder_(std::filesystem::temp_directory_path() / ("jennit_script_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
    torch::manual_seed(3);
  }
  ~ScriptTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// Saves a module with these methods, and opens it again.
  ModulePtr import(torch::jit::Module& module, const std::string& methods, bool names = false) {
    module.define(methods);
    module.save(path("model.pt"));
    return import_script(path("model.pt"), names);
  }

  /// An empty module of a class of that name, with the train flag that Python gives every module.
  static torch::jit::Module script(const std::string& type) {
    torch::jit::Module module(type, std::make_shared<torch::jit::CompilationUnit>(), true);
    module.register_attribute("training", c10::BoolType::get(), false);
    return module;
  }

  static torch::jit::Module layer(const std::string& type) { return script("__torch__.torch.nn.modules." + type); }

 private:
  std::filesystem::path folder_;
};

/// The only output.
inline Tensor one(const Tensors& outputs) {
  EXPECT_EQ(outputs.size(), 1U);
  return outputs.at(0);
}

inline std::vector<std::string> children(const torch::nn::Module& module) {
  std::vector<std::string> names;
  for (const auto& child : module.named_children()) names.push_back(child.key());
  return names;
}

/// The message with which an action is refused.
inline std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

}  // namespace jennit
