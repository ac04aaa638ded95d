// Forbidden shapes that g++ 12.2 does not even compile ("array used as initializer"), and so have a
// file of their own. See forbidden_shapes.cpp.

#include <array>
#include <initializer_list>
#include <vector>

#include "toolchain/shape.hpp"

namespace weir::toolchain {
namespace {

using task::Task;

Task<int> total(Gate& gate, std::initializer_list<int> numbers) {
  int sum = 0;
  for (const int each : numbers) sum += each;
  co_await gate;
  co_return sum;
}

Task<int> initializer_list(Gate& gate) {
  const int value = co_await total(gate, {20, 20, 2});  // lint: allow(C2) canary
  co_return value;
}

Task<int> vector_sum(Gate& gate, std::vector<Tracked> all) {
  co_await gate;
  int sum = 0;
  for (const Tracked& each : all) sum += each.value();
  co_return sum;
}

Task<int> vector_in_braces(Gate& gate) {
  // lint: allow(C2) canary
  const int value = co_await vector_sum(gate, {Tracked(20), Tracked(22)});
  co_return value;
}

constexpr std::array kShapes = {
    Shape{"C2 co_await f({1, 2, 3})", initializer_list},
    Shape{"C2 co_await f({T(), T()}), vector", vector_in_braces},
};

}  // namespace

std::span<const Shape> forbidden_lists() { return kShapes; }

}  // namespace weir::toolchain
