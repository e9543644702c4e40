#pragma once

#include <cstdint>
#include <vector>

/// What the library holds, counted; with a tracer also where each was made.
namespace jennit::live {

/// The order is that of org.jennit.Diagnostics.Kind.
enum class Kind { module, tensor, rule_node, hook, callback };
constexpr int kKinds = 5;

/// Counts what it is a member of, for as long as it lives.
class Mark {
 public:
  explicit Mark(Kind kind, int64_t amount = 1);
  ~Mark();
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;

  /// As how many it counts from now on. Not thread-safe.
  void amount(int64_t amount);

 private:
  const Kind kind_;
  int64_t amount_ = 0;
  const int64_t place_;
};

/// How many live now, in the order of the kinds.
void counts(int64_t* counts);

/// Answers the place in the program that is running now, as a positive number; 0 for none. Must not throw.
using Tracer = int64_t (*)();
/// What is made from now on is traced; null ends that. What was traced stays so.
void set_tracer(Tracer tracer);

struct Made {
  Kind kind;
  int64_t place, amount;
};
/// What lives and was traced, by kind and place.
std::vector<Made> made();

}  // namespace jennit::live
