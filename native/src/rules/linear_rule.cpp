#include "linear_rule.h"

#include <stdexcept>

namespace jennit {

LinearRule::LinearRule(std::string name, const Options& options)
    : zero_params(options), stabilize(Stabilizer::read(options, "stabilizer")), name_(std::move(name)) {}

void LinearRule::check(const Callable& callable) const {
  if (!callable.linear_map())
    throw std::invalid_argument("rule " + name_ + " works on Linear, Conv and ConvTranspose layers, not on a " +
                                callable.type_name() + ": use Epsilon, Norm, Flat or Pass there");
}

Tensor plus_bias(const Tensor& denominator, const Tensor& bias, const LinearMap& map) {
  return bias.defined() ? denominator + map.broadcast_bias(bias, denominator.dim()) : denominator;
}

}  // namespace jennit
