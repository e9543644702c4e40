#include <jennit/softmax.h>

#include "layer.h"

namespace jennit {

namespace {

/// Without the option `dim`, torch takes the channels: dimension 0 of 0, 1 or 3 dimensions, otherwise 1.
int64_t channels_of(const Tensor& x) { return x.dim() == 0 || x.dim() == 1 || x.dim() == 3 ? 0 : 1; }

class Softmax final : public FunctionLayer, public AlongDim {
 public:
  using Dim = std::function<int64_t(const Tensor& x)>;

  Softmax(const std::string& type, std::string repr, Dim dim)
      : FunctionLayer(type, std::move(repr), [dim](const Tensor& x, bool) { return at::softmax(x, dim(x)); }),
        dim_(std::move(dim)) {}

  int64_t dim_of(const Tensor& input) const override { return dim_(input); }

 private:
  Dim dim_;
};

ModulePtr make_softmax(const std::string& type, const Options& options) {
  if (!options.has("dim"))
    return std::make_shared<Softmax>(type, Repr().named("dim", std::string("None")).str(), channels_of);
  const auto dim = options.integer("dim");
  return std::make_shared<Softmax>(type, Repr().named("dim", dim).str(), [=](const Tensor&) { return dim; });
}

ModulePtr make_softmax2d(const std::string& type, const Options&) {
  return std::make_shared<Softmax>(type, "", [](const Tensor& x) -> int64_t {
    if (x.dim() != 3 && x.dim() != 4)
      throw std::invalid_argument("the input must have 3 or 4 dimensions, but has " + std::to_string(x.dim()));
    return -3;
  });
}

const Registration softmax_layers[] = {{"Softmax", make_softmax}, {"Softmax2d", make_softmax2d}};

}  // namespace

}  // namespace jennit
