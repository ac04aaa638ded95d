#include "backend/settings.hpp"

#include <catch2/catch.hpp>

namespace weir::backend {
namespace {

using namespace std::chrono_literals;
using Catch::Contains;

TEST_CASE("every key of control sets its own field", "[backend]") {
  Settings settings;
  REQUIRE_FALSE(set_all(settings,
                        "latency=50ms&jitter=10ms&fail-rate=1/2&fail-status=503&"
                        "reset-rate=1/3&close-early=1/4&hang=1&healthy=0&hang-health=1"));
  Settings expected;
  expected.latency = 50ms;
  expected.jitter = 10ms;
  expected.fail_rate = {1, 2};
  expected.fail_status = 503;
  expected.reset_rate = {1, 3};
  expected.close_early_rate = {1, 4};
  expected.hang = true;
  expected.healthy = false;
  expected.hang_health = true;
  CHECK(settings == expected);
  CHECK(to_json(settings) ==
        "{\"latency\": \"50ms\", \"jitter\": \"10ms\", \"fail-rate\": \"1/2\", \"fail-status\": "
        "503, \"reset-rate\": \"1/3\", \"close-early\": \"1/4\", \"hang\": true, \"healthy\": "
        "false, \"hang-health\": true}\n");
}

TEST_CASE("an unknown key is answered with the list of keys", "[backend]") {
  Settings settings;
  const auto problem = set(settings, "latencie", "5ms");
  REQUIRE(problem);
  CHECK_THAT(*problem, Contains("latencie") && Contains("latency, jitter") &&
                           Contains("hang-health") && !Contains("\n"));
}

TEST_CASE("a wrong value is answered with what to write instead", "[backend]") {
  Settings settings;
  CHECK(set(settings, "latency", "5") ==
        "latency=5: write a duration up to 1h, such as 50ms, 2s "
        "or 0");
  CHECK(set(settings, "fail-status", "200").has_value());
  CHECK(set(settings, "hang", "").has_value());
  CHECK(set(settings, std::string(10'000, 'x'), "")->size() < 300);
}

TEST_CASE("one wrong key leaves all settings as they were", "[backend]") {
  Settings settings;
  CHECK(set_all(settings, "hang=1&healthy=maybe").has_value());
  CHECK(settings == Settings{});
}

TEST_CASE("a change of the board is seen by its version", "[backend]") {
  SettingsBoard board{Settings{}};
  const std::uint64_t before = board.version();
  const auto [problem, settings] = board.change("hang=1");
  CHECK_FALSE(problem);
  CHECK(settings.hang);
  CHECK(board.read() == settings);
  CHECK(board.version() != before);
}

}  // namespace
}  // namespace weir::backend
