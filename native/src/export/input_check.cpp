#include "input_check.h"

#include <limits>
#include <sstream>

namespace jennit::exported {

namespace {

std::string range_of(const Dimension& dimension) {
  if (dimension.most == std::numeric_limits<int64_t>::max()) return "at least " + std::to_string(dimension.least);
  return std::to_string(dimension.least) + " to " + std::to_string(dimension.most);
}

bool is_static(const Dimension& dimension) { return dimension.symbol.empty() && dimension.least == dimension.most; }

/// "s77", or "2*s77 + 1".
std::string formula_of(const Dimension& dimension) {
  if (dimension.symbol.empty()) return "any";
  std::string text;
  if (dimension.factor != 1) text += std::to_string(dimension.factor) + "*";
  text += dimension.symbol;
  if (dimension.offset > 0) text += " + " + std::to_string(dimension.offset);
  if (dimension.offset < 0) text += " - " + std::to_string(-dimension.offset);
  return text;
}

/// "s77 (1 to 64)", or "2*s77 (s77: 1 to 64)".
std::string expected_of(const Dimension& dimension) {
  if (is_static(dimension)) return std::to_string(dimension.least);
  const auto formula = formula_of(dimension);
  const bool is_symbol = dimension.symbol.empty() || formula == dimension.symbol;
  return formula + " (" + (is_symbol ? "" : dimension.symbol + ": ") + range_of(dimension) + ")";
}

/// "[2, 3, s77 (1 to 64)]".
std::string shape_of(const Input& input) {
  std::string text = "[";
  for (const auto& dimension : input.dimensions) {
    if (text.size() > 1) text += ", ";
    text += expected_of(dimension);
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
  /// Of each symbol, with the input that gave it.
  std::map<std::string, std::pair<int64_t, std::string>> values;
  for (size_t i = 0; i < expected.size() && i < inputs.size(); ++i) {
    const auto& input = expected[i];
    const auto& given = inputs[i];
    if (given.dim() != static_cast<int64_t>(input.dimensions.size())) refuse(input, given, "");
    for (int64_t d = 0; d < given.dim(); ++d) {
      const auto& dimension = input.dimensions[d];
      const auto rest = given.size(d) - dimension.offset, value = rest / dimension.factor;
      const auto where = ": dimension " + std::to_string(d) + " (" + formula_of(dimension) + ")";
      if (value < dimension.least || value > dimension.most || rest % dimension.factor != 0)
        refuse(input, given,
               is_static(dimension)
                   ? ": export it with a dynamic dimension " + std::to_string(d) + " for other lengths"
                   : where + " has " + range_of(dimension) + (dimension.factor == 1 ? "" : " in such steps"));
      if (dimension.symbol.empty()) continue;
      const auto known = values.emplace(dimension.symbol, std::make_pair(value, input.name)).first->second;
      if (known.first != value)
        refuse(input, given,
               where + " goes by " + dimension.symbol + ", which is " + std::to_string(known.first) + " by input '" +
                   known.second + "'");
    }
  }
}

}  // namespace jennit::exported
