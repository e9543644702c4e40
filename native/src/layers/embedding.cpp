#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

ModulePtr make_embedding(const std::string& type, const Options& options) {
  const auto count = at_least_1(options.integer("num_embeddings"), "num_embeddings");
  const auto dim = at_least_1(options.integer("embedding_dim"), "embedding_dim");
  const auto norm_type = options.number("norm_type", 2.0);
  const auto scale = options.flag("scale_grad_by_freq", false), sparse = options.flag("sparse", false);
  auto torch_options = torch::nn::EmbeddingOptions(count, dim).norm_type(norm_type);
  torch_options.scale_grad_by_freq(scale).sparse(sparse);

  Repr repr;
  repr.value(count).value(dim);
  if (options.has("padding_idx")) {
    auto index = checked(options.integer("padding_idx"), "padding_idx", "within num_embeddings",
                         [=](int64_t v) { return v >= -count && v < count; });
    if (index < 0) index += count;
    torch_options.padding_idx(index);
    repr.named("padding_idx", index);
  }
  if (options.has("max_norm")) {
    const auto max_norm = at_least_0(options.number("max_norm"), "max_norm");
    torch_options.max_norm(max_norm);
    repr.named("max_norm", max_norm);
  }
  repr.unless("norm_type", norm_type, 2.0).unless("scale_grad_by_freq", scale, false).unless("sparse", sparse, false);
  return std::make_shared<Layer<torch::nn::EmbeddingImpl>>(type, repr.str(), torch_options);
}

const Registration embedding{"Embedding", make_embedding};

}  // namespace

}  // namespace jennit
