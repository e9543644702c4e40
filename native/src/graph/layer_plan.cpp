#include "layer_plan.h"

#include <jennit/layers.h>

#include "layer_table.h"
#include "registered_tensors.h"
#include "uninitialized.h"

namespace jennit::graph {

using c10::IValue;
using torch::jit::Node;
using torch::jit::Value;

namespace {

bool starts_with(const std::string& text, const std::string& start) { return text.rfind(start, 0) == 0; }

bool is_tensor_name(const std::string& name) {
  return name == "weight" || name == "bias" || name == "running_mean" || name == "running_var";
}

/// Tuples and lists of numbers as Options keep them. In `output_size`, None stands for -1.
IValue plain(const IValue& value) {
  if (!value.isTuple() && !value.isList()) return value;
  std::vector<int64_t> integers;
  std::vector<double> numbers;
  const std::vector<IValue> elements =
      value.isTuple() ? std::vector<IValue>(value.toTupleRef().elements()) : value.toListRef().vec();
  for (const auto& element : elements) {
    if (element.isDouble()) numbers.push_back(element.toDouble());
    if (element.isInt()) integers.push_back(element.toInt());
    if (element.isNone()) integers.push_back(-1);
  }
  if (integers.size() == elements.size()) return integers;
  if (numbers.size() == elements.size()) return numbers;
  return value;
}

/// What an argument that is no option must be. None: any value will do.
std::optional<IValue> required(const std::string& type, const c10::Argument& argument, bool training,
                               size_t dimensions) {
  const auto& name = argument.name();
  if (name == "train" || name == "training") return IValue(training);
  if (name == "transposed") return IValue(starts_with(type, "ConvTranspose"));
  if (name == "output_padding") return IValue(std::vector<int64_t>(dimensions, 0));
  if (name == "mode")
    return IValue(starts_with(type, "Reflection")    ? "reflect"
                  : starts_with(type, "Replication") ? "replicate"
                  : starts_with(type, "Circular")    ? "circular"
                                                     : "constant");
  for (const auto* performance : {"cudnn_enabled", "cudnn_enable", "benchmark", "deterministic", "allow_tf32"})
    if (name == performance) return std::nullopt;
  const auto& standard = argument.default_value();
  return standard ? *standard : IValue("no value is known to be right");
}

bool same(const IValue& left, const IValue& right) {
  if (left.isIntList() && right.isIntList()) return left.toIntVector() == right.toIntVector();
  if (left.tagKind() != right.tagKind()) {
    const bool numbers = (left.isInt() || left.isDouble()) && (right.isInt() || right.isDouble());
    return numbers && left.toScalar().toDouble() == right.toScalar().toDouble();
  }
  return left == right;
}

/// Batch and instance norm use the statistics of the batch in training, or always where they keep none.
bool mode_fits(const LayerPlan& plan, const IValue& uses_batch, bool training) {
  const bool tracks = plan.tensors.count("running_mean") && plan.tensors.at("running_mean").defined();
  return uses_batch.isBool() && uses_batch.toBool() == (training || !tracks);
}

bool is_optional_tensor(const c10::Type& type) {
  const auto optional = type.cast<c10::OptionalType>();
  return optional && optional->getElementType()->kind() == c10::TypeKind::TensorType;
}

/// The last character of "Conv2d", as a number.
int64_t dimensions(const std::string& type) { return type[type.size() - 2] - '0'; }

}  // namespace

void set_option(LayerPlan& plan, const std::string& name, const IValue& value) {
  // Torch's default, which depends on the input.
  if ((name == "scale" || name == "eps" || name == "dim") && value.isNone()) return;
  // Torch's cumulative average.
  if (name == "momentum" && value.isNone()) return plan.options.set(name, std::vector<double>());
  auto option = plain(value);
  if (name == "stride" && option.isIntList() && option.toIntVector().empty()) return;
  if (name == "padding_idx" && option.isInt() && option.toInt() < 0) return;
  // None stands for torch's own choice.
  if ((name == "scale" || name == "eps") && option.isNone()) return;
  plan.options.set(name, std::move(option));
}

bool set_sizes(LayerPlan& plan) {
  const auto& type = plan.type;
  auto& options = plan.options;
  const auto weight = plan.tensors["weight"], bias = plan.tensors["bias"], mean = plan.tensors["running_mean"];
  if (starts_with(type, "BatchNorm") || starts_with(type, "InstanceNorm")) {
    if (weight.defined() || mean.defined()) options.set("num_features", (weight.defined() ? weight : mean).size(0));
    options.set("affine", weight.defined());
    options.set("track_running_stats", mean.defined());
    return options.has("num_features") && weight.defined() == bias.defined();
  }
  if (type == "LayerNorm") {
    options.set("elementwise_affine", weight.defined());
    if (weight.defined()) options.set("bias", bias.defined());
    return true;
  }
  if (type == "RMSNorm") {
    options.set("elementwise_affine", weight.defined());
    return true;
  }
  if (type == "GroupNorm") {
    if (weight.defined()) options.set("num_channels", weight.size(0));
    options.set("affine", weight.defined());
    return options.has("num_channels") && weight.defined() == bias.defined();
  }
  const bool convolves = starts_with(type, "Conv");
  if (!convolves && type != "Linear" && type != "Bilinear" && type != "Embedding" && type != "PReLU") return true;
  if (!weight.defined()) return false;
  if (convolves) {
    if (weight.dim() != dimensions(type) + 2) return false;
    const auto groups = options.integer("groups", 1);
    const bool transposed = starts_with(type, "ConvTranspose");
    options.set("in_channels", transposed ? weight.size(0) : weight.size(1) * groups);
    options.set("out_channels", transposed ? weight.size(1) * groups : weight.size(0));
    options.set("kernel_size", weight.sizes().slice(2).vec());
  } else if (type == "PReLU") {
    options.set("num_parameters", weight.numel());
    return true;
  } else if (type == "Embedding") {
    options.set("num_embeddings", weight.size(0));
    options.set("embedding_dim", weight.size(1));
    return true;
  } else if (type == "Linear") {
    if (weight.dim() != 2) return false;
    options.set("in_features", weight.size(1));
    options.set("out_features", weight.size(0));
  } else {
    options.set("in1_features", weight.size(1));
    options.set("in2_features", weight.size(2));
    options.set("out_features", weight.size(0));
  }
  options.set("bias", bias.defined());
  return true;
}

std::string operator_name(const Node& node) {
  if (!node.kind().is_aten()) return "";
  std::string name = node.kind().toUnqualString();
  if (name.size() > 1 && name.back() == '_') name.pop_back();
  return name;
}

bool is_in_place(const Node& node) {
  const auto* schema = node.maybeSchema();
  if (!schema || schema->arguments().empty()) return false;
  const auto* alias = schema->arguments()[0].alias_info();
  return alias && alias->isWrite();
}

std::optional<IValue> constant_of(const Value* value, const Known& attribute) {
  if (auto constant = torch::jit::toIValue(value)) return constant;
  const auto* node = value->node();
  if (node->kind() == c10::prim::ListConstruct || node->kind() == c10::prim::TupleConstruct) {
    std::vector<IValue> elements;
    for (const auto* input : node->inputs()) {
      auto element = constant_of(input, attribute);
      if (!element || element->isTensor()) return std::nullopt;
      elements.push_back(std::move(*element));
    }
    return plain(c10::ivalue::Tuple::create(std::move(elements)));
  }
  return attribute(value);
}

std::optional<LayerPlan> plan_of_node(const std::string& type, const Node& node, const Known& attribute,
                                      bool training) {
  const auto* entry = find_layer(type);
  const auto* schema = node.maybeSchema();
  const auto name = operator_name(node);
  if (!entry || !schema || schema->arguments().size() != node.inputs().size()) return std::nullopt;
  if (std::find(entry->operators.begin(), entry->operators.end(), name) == entry->operators.end()) return std::nullopt;

  LayerPlan plan{type, {}, {}, {}};
  if (is_in_place(node)) plan.options.set("inplace", true);
  std::optional<IValue> uses_batch;
  for (size_t i = 0; i < schema->arguments().size(); ++i) {
    const auto& argument = schema->arguments()[i];
    const auto value = constant_of(node.inputs()[i], attribute);
    if (is_tensor_name(argument.name())) {
      if (!value || !(value->isTensor() || value->isNone())) return std::nullopt;
      plan.tensors[argument.name()] = value->isTensor() ? value->toTensor() : Tensor();
      continue;
    }
    if (argument.type()->kind() == c10::TypeKind::TensorType) {
      plan.inputs.push_back(node.inputs()[i]);
      continue;
    }
    if (is_optional_tensor(*argument.type())) {
      if (!value || !value->isNone()) plan.inputs.push_back(node.inputs()[i]);
      continue;
    }
    if (!value) return std::nullopt;
    const auto option = std::find_if(entry->options.begin(), entry->options.end(),
                                     [&](const auto& pair) { return pair.second == argument.name(); });
    if (option != entry->options.end()) {
      set_option(plan, option->first, *value);
    } else if (argument.name() == "use_input_stats" || (argument.name() == "training" && name == "batch_norm")) {
      uses_batch = *value;
    } else {
      const auto needed =
          required(type, argument, training, plan.tensors["weight"].defined() ? plan.tensors["weight"].dim() - 2 : 0);
      if (needed && !same(*needed, *value)) return std::nullopt;
    }
  }
  if (uses_batch && !mode_fits(plan, *uses_batch, training)) return std::nullopt;
  if (!set_sizes(plan)) return std::nullopt;
  return plan;
}

ModulePtr make_planned(const LayerPlan& plan) {
  ModulePtr layer;
  try {
    const Uninitialized tensors_follow;
    layer = make_layer(plan.type, plan.options);
  } catch (const std::invalid_argument&) {
    return nullptr;
  }
  auto waiting = plan.tensors;
  const auto fitting = [&](const std::string& name, const Tensor& place) {
    const auto found = waiting.extract(name);
    const bool fits = !found.empty() && found.mapped().defined() && found.mapped().sizes() == place.sizes();
    return fits ? found.mapped() : Tensor();
  };
  for (auto* registered : {&parameters_of(*layer), &buffers_of(*layer)})
    for (auto& entry : *registered) {
      if (!entry.value().defined()) continue;
      const auto tensor = fitting(entry.key(), entry.value());
      if (auto* effective = callable(*layer).own_parameter(entry.key())) {
        if (!tensor.defined()) return nullptr;
        entry.value() = *effective = tensor;
      } else if (tensor.defined()) {
        // The count of batches; a functional batch norm has none.
        entry.value().set_data(tensor);
      }
    }
  for (const auto& entry : waiting)
    if (entry.second.defined()) return nullptr;
  return layer;
}

}  // namespace jennit::graph
