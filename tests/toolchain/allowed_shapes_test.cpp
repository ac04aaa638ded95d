// The forms of co_await that the code base uses are right on this compiler, with these flags.
// (probe.py asks the same at other levels of optimisation, and of the forbidden forms.)

#include <cstring>

#include <catch2/catch.hpp>

#include "toolchain/shape.hpp"

using namespace weir::toolchain;

TEST_CASE("every allowed form of co_await is right on this compiler") {
  for (const Shape& shape : allowed_shapes()) {
    CAPTURE(shape.name);
    CHECK(run(shape) == "");
  }
}

TEST_CASE("a shape that ends with another number is found out") {
  const auto shape = [](Gate& gate) -> weir::task::Task<int> {
    co_await gate;
    co_return 41;
  };
  CHECK(run(Shape{"wrong number", shape}) == "at once: result 41");
}

TEST_CASE("a shape that destroys the bytes of an object elsewhere is found out") {
  const auto shape = [](Gate& gate) -> weir::task::Task<int> {
    alignas(Tracked) std::byte copy[sizeof(Tracked)];
    const Tracked tracked(42);
    std::memcpy(copy, static_cast<const void*>(&tracked), sizeof(Tracked));
    reinterpret_cast<Tracked*>(copy)->~Tracked();
    co_await gate;
    co_return 42;
  };
  CHECK(run(Shape{"copies bytes", shape}) == "at once: destroyed what was not there");
}

TEST_CASE("a shape that leaves an object behind is found out") {
  static Tracked* leaked = nullptr;  // still reachable, for the sake of the leak checker
  const auto shape = [](Gate& gate) -> weir::task::Task<int> {
    co_await gate;
    leaked = new Tracked(1);
    co_return 42;
  };
  CHECK(run(Shape{"leaks", shape}) == "at once: objects left behind");
  delete leaked;
}
