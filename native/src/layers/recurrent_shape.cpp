#include <jennit/recurrent.h>

namespace jennit {

std::vector<int64_t> RecurrentShape::state_sizes() const {
  return is_lstm() ? std::vector<int64_t>{output_size(), hidden_size} : std::vector<int64_t>{hidden_size};
}

int64_t RecurrentShape::blocks() const { return is_lstm() ? 4 : recurrence == Recurrence::gru ? 3 : 1; }

std::string RecurrentShape::ending(int64_t layer, int64_t direction) const {
  return is_cell ? "" : "_l" + std::to_string(layer) + (direction ? "_reverse" : "");
}

std::vector<std::string> RecurrentShape::parameter_names(int64_t layer, int64_t direction) const {
  std::vector<std::string> names{"weight_ih", "weight_hh"};
  if (bias) names.insert(names.end(), {"bias_ih", "bias_hh"});
  if (proj_size) names.push_back("weight_hr");
  for (auto& name : names) name += ending(layer, direction);
  return names;
}

std::vector<std::string> RecurrentShape::parameter_names() const {
  std::vector<std::string> all;
  for (int64_t layer = 0; layer < num_layers; ++layer)
    for (int64_t direction = 0; direction < directions(); ++direction)
      for (auto& name : parameter_names(layer, direction)) all.push_back(std::move(name));
  return all;
}

}  // namespace jennit
