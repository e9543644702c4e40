#include "findings.h"

#include <jennit/errors.h>

#include <set>

#include "graph/layer_plan.h"
#include "graph/program.h"

namespace jennit::script {

using torch::jit::Node;

namespace {

bool begins(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

/// What torch.jit.optimize_for_inference and torch.jit.freeze with its optimizations put in.
bool is_of_optimized_file(const Node& node) {
  const std::string kind = node.kind().toQualString();
  if (begins(kind, "mkldnn") || begins(kind, "prim::MKLDNN") || begins(kind, "prim::BroadcastMKLDNN") ||
      begins(kind, "prim::ConstantMKLDNN") || begins(kind, "aten::to_mkldnn"))
    return true;
  const auto constant = node.kind() == c10::prim::Constant ? torch::jit::toIValue(node.output()) : std::nullopt;
  return constant && constant->isTensor() && constant->toTensor().is_mkldnn();
}

bool is_quantised(const Node& node) {
  const std::string kind = node.kind().toQualString();
  return begins(kind, "quantized::") || begins(kind, "aten::quantize_per");
}

/// Whether an operation is a layer whose weight is a constant, as torch.jit.freeze leaves them.
bool has_constant_weight(const Node& node) {
  static const std::set<std::string> layers = {"linear", "conv1d", "conv2d", "conv3d", "_convolution"};
  if (!layers.count(graph::operator_name(node)) || !node.maybeSchema()) return false;
  const auto weight = torch::jit::toIValue(node.namedInput("weight"));
  return weight && weight->isTensor();
}

/// Whether an operation works as in training, whatever the mode of its module is.
bool always_trains(const Node& node) {
  const auto name = graph::operator_name(node);
  static const std::set<std::string> dropouts = {"dropout", "feature_dropout", "alpha_dropout",
                                                 "feature_alpha_dropout"};
  const bool drops = dropouts.count(name) > 0;
  if (!drops && name != "batch_norm") return false;
  const auto trains = torch::jit::toIValue(node.namedInput(drops ? "train" : "training"));
  if (!trains || !trains->isBool() || !trains->toBool()) return false;
  // A batch norm without statistics of its own goes by the batch in both modes.
  return drops || node.namedInput("running_mean")->type()->kind() != c10::TypeKind::NoneType;
}

}  // namespace

void Findings::look_at(const torch::jit::Block& block) {
  for (const auto* node : block.nodes()) {
    for (const auto* inner : node->blocks()) look_at(*inner);
    if (is_of_optimized_file(*node))
      throw Error("the file was saved after torch.jit.optimize_for_inference (" + graph::place_of(*node) +
                  "), whose operations have no gradient: save the model as it was before");
    if (quantised_.empty() && is_quantised(*node)) quantised_ = graph::place_of(*node);
    if (frozen_.empty() && has_constant_weight(*node)) frozen_ = graph::place_of(*node);
    if (training_.empty() && node->maybeSchema() && always_trains(*node)) training_ = graph::place_of(*node);
  }
}

std::vector<std::string> Findings::warnings(bool names_functional_ops) const {
  std::vector<std::string> warnings;
  if (!quantised_.empty())
    warnings.push_back("is quantised (" + quantised_ +
                       "): its operations hand on no relevance; save the model in floating point to explain it");
  if (!training_.empty())
    warnings.push_back("was traced in training mode (" + training_ +
                       "): dropout and batch norm go on as in training, which eval() cannot change; trace the model "
                       "again after model.eval()");
  if (!frozen_.empty() && !names_functional_ops)
    warnings.push_back("was frozen (" + frozen_ +
                       "), which leaves operations and no modules: load it with names for its functional operations, "
                       "so that rules reach them");
  return warnings;
}

}  // namespace jennit::script
