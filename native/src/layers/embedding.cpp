#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

/// The option `padding_idx`, counted from the start.
std::optional<int64_t> padding_idx(const Options& options, int64_t count) {
  if (!options.has("padding_idx")) return std::nullopt;
  const auto index = checked(options.integer("padding_idx"), "padding_idx", "within num_embeddings",
                             [=](int64_t v) { return v >= -count && v < count; });
  return index < 0 ? index + count : index;
}

std::optional<double> max_norm(const Options& options) {
  if (!options.has("max_norm")) return std::nullopt;
  return at_least_0(options.number("max_norm"), "max_norm");
}

ModulePtr make_embedding(const std::string& type, const Options& options) {
  const auto count = at_least_1(options.integer("num_embeddings"), "num_embeddings");
  const auto dim = at_least_1(options.integer("embedding_dim"), "embedding_dim");
  const auto norm_type = options.number("norm_type", 2.0);
  const auto scale = options.flag("scale_grad_by_freq", false), sparse = options.flag("sparse", false);
  auto torch_options = torch::nn::EmbeddingOptions(count, dim).norm_type(norm_type);
  torch_options.scale_grad_by_freq(scale).sparse(sparse);

  Repr repr;
  repr.value(count).value(dim);
  if (const auto index = padding_idx(options, count)) {
    torch_options.padding_idx(index);
    repr.named("padding_idx", *index);
  }
  if (const auto norm = max_norm(options)) {
    torch_options.max_norm(norm);
    repr.named("max_norm", *norm);
  }
  repr.unless("norm_type", norm_type, 2.0).unless("scale_grad_by_freq", scale, false).unless("sparse", sparse, false);
  return std::make_shared<Layer<torch::nn::EmbeddingImpl>>(type, repr.str(), torch_options);
}

torch::nn::EmbeddingBagMode bag_mode(const std::string& name) {
  if (name == "sum") return torch::kSum;
  if (name == "mean") return torch::kMean;
  if (name == "max") return torch::kMax;
  throw std::invalid_argument("option 'mode' must be sum, mean or max, but is '" + name + "'");
}

ModulePtr make_embedding_bag(const std::string& type, const Options& options) {
  const auto count = at_least_1(options.integer("num_embeddings"), "num_embeddings");
  const auto dim = at_least_1(options.integer("embedding_dim"), "embedding_dim");
  const auto norm_type = options.number("norm_type", 2.0);
  const auto mode = options.text("mode", "mean");
  const auto scale = options.flag("scale_grad_by_freq", false);
  auto torch_options = torch::nn::EmbeddingBagOptions(count, dim).norm_type(norm_type).mode(bag_mode(mode));
  torch_options.scale_grad_by_freq(scale).sparse(options.flag("sparse", false));
  torch_options.include_last_offset(options.flag("include_last_offset", false));
  Repr repr;
  repr.value(count).value(dim);
  if (const auto norm = max_norm(options)) {
    torch_options.max_norm(norm);
    repr.named("max_norm", *norm);
  }
  repr.unless("norm_type", norm_type, 2.0).unless("scale_grad_by_freq", scale, false).named("mode", "'" + mode + "'");
  const auto padding = padding_idx(options, count);
  if (padding) {
    torch_options.padding_idx(padding);
    repr.named("padding_idx", *padding);
  }
  auto layer = std::make_shared<Layer<torch::nn::EmbeddingBagImpl>>(type, repr.str(), torch_options);
  // Python's layer does so, LibTorch's does not.
  torch::NoGradGuard unrecorded;
  if (padding) layer->weight.select(0, *padding).zero_();
  return layer;
}

const Registration embedding{"Embedding", make_embedding}, embedding_bag{"EmbeddingBag", make_embedding_bag};

}  // namespace

}  // namespace jennit
