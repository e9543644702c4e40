#include "frames.h"

#include <algorithm>

namespace jennit::exported {

namespace {

Frame frame_of(const std::string& text) {
  const auto last = text.rfind(',');
  const auto first = last == std::string::npos || last == 0 ? std::string::npos : text.rfind(',', last - 1);
  if (first == std::string::npos) return {text, "", ""};
  return {text.substr(0, first), text.substr(first + 1, last - first - 1), text.substr(last + 1)};
}

}  // namespace

Frames frames_of(const std::string& nn_module_stack) {
  Frames frames;
  for (size_t begin = 0; begin < nn_module_stack.size();) {
    const auto end = std::min(nn_module_stack.find(';', begin), nn_module_stack.size());
    auto frame = frame_of(nn_module_stack.substr(begin, end - begin));
    begin = end + 1;
    if (frames.empty() ? frame.path.empty() && frame.key.rfind("_empty_nn_module_stack", 0) != 0
                       : frame.path != frames.back().path && is_below(frame.path, frames.back().path))
      frames.push_back(std::move(frame));
  }
  return frames;
}

bool is_below(const std::string& path, const std::string& ancestor) {
  if (ancestor.empty() || path == ancestor) return true;
  return path.size() > ancestor.size() && path.compare(0, ancestor.size(), ancestor) == 0 &&
         path[ancestor.size()] == '.';
}

size_t common(const Frames& left, const Frames& right) {
  size_t count = 0;
  while (count < left.size() && count < right.size() && left[count].key == right[count].key) ++count;
  return count;
}

}  // namespace jennit::exported
