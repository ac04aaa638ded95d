#include "lb/round_robin.hpp"

#include <array>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

using weir::lb::RoundRobin;

TEST_CASE("round robin takes each in turn and begins with the first") {
  RoundRobin turn;
  std::vector<std::size_t> picks;
  for (int i = 0; i < 7; ++i) picks.push_back(turn.next(3));
  CHECK(picks == std::vector<std::size_t>{0, 1, 2, 0, 1, 2, 0});
}

TEST_CASE("round robin copes with a number of backends that changes") {
  RoundRobin turn;
  for (std::size_t count = 1; count < 50; ++count) CHECK(turn.next(count) < count);
}

TEST_CASE("round robin of several threads together is as even as one") {
  constexpr std::size_t kPicksOfEach = 3000;
  RoundRobin turn;
  std::array<std::array<std::size_t, 3>, 4> picks{};
  std::vector<std::thread> threads;
  for (auto& mine : picks) {
    threads.emplace_back([&turn, &mine] {
      for (std::size_t i = 0; i < kPicksOfEach; ++i) ++mine[turn.next(3)];
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t backend = 0; backend < 3; ++backend) {
    std::size_t sum = 0;
    for (const auto& mine : picks) sum += mine[backend];
    CHECK(sum == 4 * kPicksOfEach / 3);
  }
}
