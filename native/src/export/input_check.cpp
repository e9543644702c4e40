#include "input_check.h"

#include <limits>
#include <sstream>

namespace jennit::exported {

namespace {

std::string range_of(const Dimension& dimension) {
  if (dimension.most == std::numeric_limits<int64_t>::max()) return "at least " + std::to_string(dimension.least);
  return std::to_string(dimension.least) + " to " + std::to_string(dimension.most);
}

bool is_static(const Dimension& dimension) { return dimension.least == dimension.most; }

/// "[2, 3, s77 (1 to 64)]".
std::string shape_of(const Input& input) {
  std::string text = "[";
  for (const auto& dimension : input.dimensions) {
    if (text.size() > 1) text += ", ";
    if (is_static(dimension))
      text += std::to_string(dimension.least);
    else
      text += (dimension.symbol.empty() ? "any" : dimension.symbol) + " (" + range_of(dimension) + ")";
  }
  return text + "]";
}

[[noreturn]] void refuse(const Input& input, const Tensor& given, const std::string& reason) {
  std::ostringstream shape;
  shape << given.sizes();
  throw std::invalid_argument("input '" + input.name + "' has the shape " + shape.str() +
                              ", but the program was exported for " + shape_of(input) + reason);
}

}  // namespace

void check_inputs(const std::vector<Input>& expected, const Tensors& inputs) {
  /// The length of each symbol, and the input that gave it.
  std::map<std::string, std::pair<int64_t, std::string>> lengths;
  for (size_t i = 0; i < expected.size() && i < inputs.size(); ++i) {
    const auto& input = expected[i];
    const auto& given = inputs[i];
    if (given.dim() != static_cast<int64_t>(input.dimensions.size())) refuse(input, given, "");
    for (int64_t d = 0; d < given.dim(); ++d) {
      const auto& dimension = input.dimensions[d];
      const auto length = given.size(d);
      if (length < dimension.least || length > dimension.most)
        refuse(input, given,
               is_static(dimension)
                   ? ": export it with a dynamic dimension " + std::to_string(d) + " for other lengths"
                   : ": dimension " + std::to_string(d) + " (" + dimension.symbol + ") has " + range_of(dimension));
      if (dimension.symbol.empty()) continue;
      const auto known = lengths.emplace(dimension.symbol, std::make_pair(length, input.name)).first->second;
      if (known.first != length)
        refuse(input, given,
               ": dimension " + std::to_string(d) + " (" + dimension.symbol + ") is " + std::to_string(known.first) +
                   " in input '" + known.second + "'");
    }
  }
}

}  // namespace jennit::exported
