// TorchScript files as trees: what LibTorch's own interpreter computes is what the tree must compute.

#include <jennit/graph.h>
#include <jennit/layers.h>
#include <jennit/rule_node.h>
#include <jennit/tree.h>

#include <fstream>

#include "script_fixture.h"

namespace jennit {
namespace {

/// Keeps what models warn of.
class Listener final : public Callback {
 public:
  Tensors call(Tensors, Tensors, Tensors) override { return {}; }
  void say(const std::string& text) override { said.push_back(text); }
  std::shared_ptr<void> pin() override { return nullptr; }
  std::vector<std::string> said;
};

TEST_F(ScriptTest, LoopsBranchesAndContainersOfValuesGiveWhatLibTorchGives) {
  auto module = script("Recurrent");
  module.register_parameter("weight", torch::randn({4, 4}), false);
  module.register_attribute("steps", c10::IntType::get(), 3);
  const auto tree = import(module, R"(
def shrink(self, x, by: float):
    return x * by

def forward(self, x, y):
    outputs = []
    names = {"a": 2.0, "b": 0.5}
    for i in range(self.steps):
        x = torch.tanh(torch.matmul(x, self.weight) + y)
        if i % 2 == 0:
            x = self.shrink(x, names["a"])
        else:
            x = self.shrink(x, names["b"])
        outputs.append(x)
    n = 0
    while n < 5 and bool(x.abs().sum() > 0.1):
        x = x * 0.3
        n += 1
    first, *rest = (x, y)
    return torch.cat(outputs, 1), (first, float(n) * y)
)");
  const auto x = torch::randn({2, 4}), y = torch::randn({2, 4});
  const auto expected = module.forward({x, y}).toTupleRef().elements();
  const auto actual = callable(*tree).call({x, y});
  ASSERT_EQ(actual.size(), 3U);
  EXPECT_TRUE(actual[0].equal(expected[0].toTensor()));
  EXPECT_TRUE(actual[1].equal(expected[1].toTupleRef().elements()[0].toTensor()));
  EXPECT_TRUE(actual[2].equal(expected[1].toTupleRef().elements()[1].toTensor()));
}

TEST_F(ScriptTest, ChildrenAreCalledByNameSoThatASwapTakesEffect) {
  auto inner = script("Inner");
  inner.register_parameter("scale", torch::full({1}, 2.0), false);
  inner.define("def forward(self, x, times: int):\n    return x * self.scale * times, x\n");
  auto outer = script("Outer");
  outer.register_module("inner", inner);
  const auto tree = import(outer, "def forward(self, x):\n    a, b = self.inner.forward(x, 3)\n    return a + b\n");
  const auto x = torch::randn({2, 3});
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(outer.forward({x}).toTensor()));
  EXPECT_EQ(callable(*tree->named_children()["inner"]).type_name(), "Inner");

  *callable(*tree->named_children()["inner"]).own_parameter("scale") = torch::full({1}, -1.0);
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(x * -1.0 * 3 + x));
  unregister_module(tree, "inner");
  EXPECT_NE(refusal([&] { callable(*tree).call({x}); }).find("no child 'inner' any more"), std::string::npos);
}

TEST_F(ScriptTest, InPlaceOperationsLeaveWhatARuleNeeds) {
  auto inner = script("Inner");
  inner.define("def forward(self, x):\n    return x * 2\n");
  auto outer = script("Outer");
  outer.register_module("inner", inner);
  const auto tree = import(
      outer, "def forward(self, x):\n    y = self.inner.forward(x)\n    z = y\n    y.mul_(3.0)\n    return z + y\n");
  const auto child = tree->named_children()["inner"];
  Tensor kept;
  class Keep final : public Hook {
   public:
    explicit Keep(Tensor& kept) : kept_(kept) {}
    std::unique_ptr<AfterCall> before(Callable&, Tensors&) override {
      class After final : public AfterCall {
       public:
        explicit After(Tensor& kept) : kept_(kept) {}
        void after(Tensors& outputs) override { kept_ = outputs[0]; }
        Tensor& kept_;
      };
      return std::make_unique<After>(kept_);
    }
    Tensor& kept_;
  };
  callable(*child).add_hook(rule_hook(make_rule("Pass", Options()), "inner", std::make_shared<RuleScope>()));
  callable(*child).add_hook(std::make_shared<Keep>(kept));
  const auto x = torch::randn({3}).requires_grad_();
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(x * 12));
  EXPECT_TRUE(kept.equal(x * 2));
}

TEST_F(ScriptTest, TensorsInListsAndKeywordDefaultsArriveWhole) {
  auto inner = script("Inner");
  inner.define(
      "def forward(self, xs: List[Tensor], y: Optional[Tensor] = None):\n    if y is not None:\n        xs.append(y)\n"
      "    return xs\n");
  auto outer = script("Outer");
  outer.register_module("inner", inner);
  const auto tree = import(outer,
                           "def forward(self, x, y):\n    xs = [x]\n    self.inner.forward(xs, y)\n    return "
                           "torch.stack(self.inner.forward(xs))\n");
  const auto x = torch::randn({3}), y = torch::randn({3});
  EXPECT_TRUE(one(callable(*tree).call({x, y})).equal(torch::stack({x, y})));
  EXPECT_NE(refusal([&] { callable(*tree).call({x}); }).find("needs a value for 'y'"), std::string::npos);
}

TEST_F(ScriptTest, ArgumentsOfAnyKindComeByPositionAndByName) {
  auto net = script("Net");
  const auto tree = import(net, R"(
def forward(self, x, sr: int, gain: float = 2.0, how: str = "sum", parts: Optional[List[int]] = None, by: Optional[Dict[str, Tensor]] = None):
    y = x * float(sr) * gain
    if how == "negative":
        y = -y
    if parts is not None:
        y = y[:, parts[0]]
    if by is not None:
        y = y + by["bias"]
    return {"out": y, "aux": (x, [y, x])}
)");
  const auto x = torch::randn({2, 3});
  Arguments arguments;
  arguments.add_tensor(x);
  arguments.add_integer(3);
  arguments.add_integer(4);
  arguments.add_text("negative");
  arguments.name_last("how");
  arguments.add_integer(1);
  arguments.make_list(1);
  arguments.name_last("parts");
  arguments.add_text("bias");
  arguments.add_tensor(x[0][0]);
  arguments.make_dict(1);
  arguments.name_last("by");
  const auto outputs = graph::call(*tree, arguments);
  std::vector<std::string> names;
  for (const auto& output : outputs) names.push_back(output.first);
  EXPECT_EQ(names, (std::vector<std::string>{"out", "aux.0", "aux.1.0", "aux.1.1"}));
  EXPECT_TRUE(outputs[0].second.allclose(-12 * x.select(1, 1) + x[0][0]));

  const auto said = [&](const std::function<void(Arguments&)>& add) {
    Arguments given;
    given.add_tensor(x);
    add(given);
    try {
      graph::call(*tree, given);
    } catch (const std::exception& e) {
      return std::string(e.what());
    }
    return std::string("nothing was thrown");
  };
  EXPECT_EQ(said([](Arguments&) {}), "Net needs a value for its argument 'sr' (int)");
  EXPECT_EQ(said([](Arguments& given) { given.add_text("fast"); }), "Net takes a int as 'sr', but a str was given");
  EXPECT_EQ(said([](Arguments& given) {
              given.add_integer(3);
              given.add_flag(true);
              given.name_last("rate");
            }),
            "Net has no argument 'rate'");
}

TEST_F(ScriptTest, WarningsAreSaidOnceForEachPlace) {
  auto net = script("Net");
  const auto tree = import(net, R"(
def forward(self, x):
    for i in range(3):
        torch.warn("slow")
    torch.warn("slow")
    return x
)");
  const auto listener = std::make_shared<Listener>();
  graph::listen(listener);
  for (int i = 0; i < 2; ++i) callable(*tree).call({torch::ones({1})});
  graph::listen(nullptr);
  callable(*tree).call({torch::ones({1})});
  ASSERT_EQ(listener->said.size(), 2U);
  EXPECT_EQ(listener->said[0].rfind("slow (aten::warn at ", 0), 0U) << listener->said[0];
}

TEST_F(ScriptTest, FilesThatWereSavedInAWayThatHidesLayersSaySo) {
  const auto said = [&](torch::jit::Module module, const std::string& methods, bool names = false) {
    const auto listener = std::make_shared<Listener>();
    graph::listen(listener);
    import(module, methods, names);
    graph::listen(nullptr);
    return listener->said.empty() ? std::string() : listener->said[0];
  };
  auto normalization = layer("batchnorm.BatchNorm2d");
  for (const auto* name : {"running_mean", "running_var"}) normalization.register_buffer(name, torch::rand({4}));
  const auto training = said(normalization, R"(
def forward(self, x):
    return torch.batch_norm(x, None, None, self.running_mean, self.running_var, True, 0.0, 1e-5, True)
)");
  EXPECT_NE(training.find("was traced in training mode (aten::batch_norm at "), std::string::npos) << training;
  EXPECT_NE(training.find("trace the model again after model.eval()"), std::string::npos) << training;
  EXPECT_EQ(
      said(layer("batchnorm.BatchNorm2d"),
           "def forward(self, x):\n    return torch.batch_norm(x, None, None, None, None, True, 0.0, 1e-5, True)\n"),
      "")
      << "without statistics the batch's are right";
  const auto quantised = said(
      script("Net"), "def forward(self, x):\n    return torch.dequantize(torch.quantize_per_tensor(x, 0.1, 0, 13))\n");
  EXPECT_NE(quantised.find("is quantised (aten::quantize_per_tensor at "), std::string::npos) << quantised;

  auto net = script("Net");
  net.register_parameter("weight", torch::rand({2, 3}), false);
  net.define("def forward(self, x):\n    return torch.linear(torch.linear(x, self.weight), self.weight.t())\n");
  const auto frozen = torch::jit::freeze(net);
  frozen.save(path("frozen.pt"));
  const auto listener = std::make_shared<Listener>();
  graph::listen(listener);
  import_script(path("frozen.pt"), false);
  const auto named = import_script(path("frozen.pt"), true);
  graph::listen(nullptr);
  ASSERT_EQ(listener->said.size(), 1U);
  EXPECT_NE(listener->said[0].find("was frozen"), std::string::npos) << listener->said[0];
  EXPECT_EQ(children(*named), (std::vector<std::string>{"linear_1", "linear_2"}));

  auto optimized = script("Net");
  EXPECT_NE(refusal([&] {
              import(optimized, "def forward(self, x):\n    return x.to_mkldnn().to_dense()\n");
            }).find("the file was saved after torch.jit.optimize_for_inference (aten::to_mkldnn at "),
            std::string::npos);
}

TEST_F(ScriptTest, TracedLayersGetTheirOptionsFromTheirOnlyOperator) {
  auto convolution = layer("conv.___torch_mangle_7.Conv2d");
  convolution.register_parameter("weight", torch::randn({4, 2, 3, 2}), false);
  const auto x = torch::randn({2, 4, 9, 8});
  const auto tree = import(convolution, R"(
def forward(self, x):
    return torch._convolution(x, self.weight, None, [2, 1], [1, 0], [1, 2], False, [0, 0], 2, False, False, True, True)
)");
  auto& node = callable(*tree);
  EXPECT_FALSE(is_graph_module(*tree));
  EXPECT_EQ(node.extra_repr(),
            "4, 4, kernel_size=(3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), groups=2, bias=False");
  EXPECT_TRUE(one(node.call({x})).equal(convolution.forward({x}).toTensor()));

  auto padding = layer("padding.ReflectionPad2d");
  const auto padded = import(padding, "def forward(self, x):\n    return torch.pad(x, [1, 2, 3, 0], \"reflect\")\n");
  EXPECT_EQ(callable(*padded).extra_repr(), "(1, 2, 3, 0)");

  auto normalization = layer("batchnorm.BatchNorm2d");
  for (const auto* name : {"weight", "bias"}) normalization.register_parameter(name, torch::rand({4}), false);
  for (const auto* name : {"running_mean", "running_var"}) normalization.register_buffer(name, torch::rand({4}));
  const auto normalized = import(normalization, R"(
def forward(self, x):
    return torch.batch_norm(x, self.weight, self.bias, self.running_mean, self.running_var, False, 0.3, 0.25, True)
)");
  EXPECT_EQ(callable(*normalized).extra_repr(), "4, eps=0.25, momentum=0.3, affine=True, track_running_stats=True");
  EXPECT_TRUE(one(callable(*normalized).call({x})).equal(normalization.forward({x}).toTensor()));
}

TEST_F(ScriptTest, WhatIsMoreThanALayerExecutesItsOwnGraph) {
  // A trace in training mode that was switched to eval keeps on using the statistics of the batch.
  auto normalization = layer("batchnorm.BatchNorm2d");
  for (const auto* name : {"running_mean", "running_var"}) normalization.register_buffer(name, torch::rand({4}));
  const auto x = torch::randn({2, 4, 5, 5});
  auto tree = import(normalization, R"(
def forward(self, x):
    return torch.batch_norm(x, None, None, self.running_mean, self.running_var, True, 0.0, 1e-5, True)
)");
  EXPECT_TRUE(is_graph_module(*tree));
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(normalization.forward({x}).toTensor()));

  // A weight that the graph computes.
  auto linear = layer("linear.Linear");
  linear.register_parameter("weight_v", torch::randn({3, 5}), false);
  tree = import(linear, "def forward(self, x):\n    return torch.linear(x, self.weight_v / 2.0, None)\n");
  EXPECT_TRUE(is_graph_module(*tree));

  // A pooling of which another module wants the indices.
  auto pooling = layer("pooling.MaxPool2d");
  tree = import(pooling, "def forward(self, x):\n    return torch.max_pool2d_with_indices(x, [2, 2])\n");
  EXPECT_TRUE(is_graph_module(*tree));
  EXPECT_EQ(callable(*tree).call({x}).size(), 2U);

  // Elementwise, but twice.
  auto activation = layer("activation.LeakyReLU");
  tree = import(activation, "def forward(self, x):\n    return torch.leaky_relu(torch.leaky_relu(x, 0.5), 0.5)\n");
  EXPECT_TRUE(is_graph_module(*tree));
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(activation.forward({x}).toTensor()));
}

TEST_F(ScriptTest, OneObjectUnderTwoNamesIsOneNodeAndSecondCallsReachIt) {
  auto relu = layer("activation.ReLU");
  relu.define("def forward(self, x):\n    return torch.relu_(x)\ndef forward1(self, x):\n    return torch.relu_(x)\n");
  auto net = script("Net");
  net.register_module("first", relu);
  net.register_module("second", relu);
  const auto tree = import(net,
                           "def forward(self, x):\n    y = self.first.forward(x + 1.0)\n"
                           "    return self.second.forward1(y - 0.5)\n");
  EXPECT_EQ(tree->named_children()["first"], tree->named_children()["second"]);
  EXPECT_EQ(callable(*tree->named_children()["first"]).extra_repr(), "inplace=True");
  const auto x = torch::randn({4});
  EXPECT_TRUE(one(callable(*tree).call({x})).equal(net.forward({x}).toTensor()));
  replace_module(tree, "second", make_layer("Identity", {}));
  EXPECT_TRUE(one(callable(*tree).call({x})).equal((x + 1.0).relu() - 0.5));
}

TEST_F(ScriptTest, ErrorsNameThePlace) {
  EXPECT_NE(refusal([&] { import_script(path("missing.pt"), false); }).find("missing.pt"), std::string::npos);
  std::ofstream(path("text.pt")) << "not a model";
  EXPECT_NE(refusal([&] { import_script(path("text.pt"), false); }).find("text.pt"), std::string::npos);

  // What torch.jit.fork makes, which needs threads of LibTorch's own interpreter.
  auto forking = script("Forking");
  auto forked = std::make_shared<torch::jit::Graph>();
  forked->registerOutput(forked->addInput("x"));
  auto graph = std::make_shared<torch::jit::Graph>();
  graph->addInput("self")->setType(forking.type());
  auto* fork = graph->insertNode(graph->create(c10::prim::fork, {graph->addInput("x")}, 1));
  fork->g_(c10::attr::Subgraph, forked);
  fork->output()->setType(c10::FutureType::create(c10::TensorType::get()));
  graph->registerOutput(graph->insert(c10::aten::wait, {fork->output()}));
  forking.type()->addMethod(forking._ivalue()->compilation_unit()->create_function(
      c10::QualifiedName(*forking.type()->name(), "forward"), graph));
  const auto unknown = refusal([&] { import(forking, ""); });
  for (const auto* part : {"model.pt", "the root (Forking)", "prim::fork at "})
    EXPECT_NE(unknown.find(part), std::string::npos) << unknown;

  auto raising = script("Raising");
  const auto tree = import(raising,
                           "def forward(self, x):\n    assert x.dim() == 2, \"two\"\n"
                           "    return torch.matmul(x, x)\n");
  EXPECT_NE(refusal([&] { callable(*tree).call({torch::zeros({1})}); }).find("two"), std::string::npos);
  const auto shapes = refusal([&] { callable(*tree).call({torch::zeros({2, 3})}); });
  EXPECT_NE(shapes.find("aten::matmul"), std::string::npos) << shapes;
}

}  // namespace
}  // namespace jennit
