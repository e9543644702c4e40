#include "checks.h"
#include "layer.h"

namespace jennit {

namespace {

/// A pair for each of the last `dims` dimensions, the last one first; negative ones cut off.
std::vector<int64_t> paddings(const Options& options, size_t dims) {
  return between(options.expanded("padding", 2 * dims), "padding", -largest_size, largest_size);
}

/// A padding layer over the last `dims` dimensions.
LayerFactory padding(size_t dims, const std::string& mode) {
  return [=](const std::string& type, const Options& options) {
    const auto sizes = paddings(options, dims);
    return std::make_shared<FunctionLayer>(type, Repr().value(sizes).str(),
                                           [=](const Tensor& x, bool) { return at::pad(x, sizes, mode); });
  };
}

LayerFactory constant_padding(size_t dims) {
  return [=](const std::string& type, const Options& options) {
    const auto sizes = paddings(options, dims);
    const auto value = options.number("value");
    const auto repr = Repr().named("padding", sizes).named("value", value).str();
    return std::make_shared<FunctionLayer>(type, repr,
                                           [=](const Tensor& x, bool) { return at::pad(x, sizes, "constant", value); });
  };
}

const Registration padding_layers[] = {
    {"ConstantPad1d", constant_padding(1)},        {"ConstantPad2d", constant_padding(2)},
    {"ConstantPad3d", constant_padding(3)},        {"ZeroPad1d", padding(1, "constant")},
    {"ZeroPad2d", padding(2, "constant")},         {"ZeroPad3d", padding(3, "constant")},
    {"ReflectionPad1d", padding(1, "reflect")},    {"ReflectionPad2d", padding(2, "reflect")},
    {"ReflectionPad3d", padding(3, "reflect")},    {"ReplicationPad1d", padding(1, "replicate")},
    {"ReplicationPad2d", padding(2, "replicate")}, {"ReplicationPad3d", padding(3, "replicate")},
    {"CircularPad1d", padding(1, "circular")},     {"CircularPad2d", padding(2, "circular")},
    {"CircularPad3d", padding(3, "circular")},
};

}  // namespace

}  // namespace jennit
