#include "config/units.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;
using namespace weir::config;
using namespace std::chrono_literals;

TEST_CASE("times have a unit") {
  CHECK(parse_duration("7ns") == 7ns);
  CHECK(parse_duration("250us") == 250us);
  CHECK(parse_duration("5ms") == 5ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("2 min") == 2min);
  CHECK(parse_duration("90m") == 90min);
  CHECK(parse_duration("24h") == 24h);
  CHECK(parse_duration("-3s") == -3s);
  CHECK(parse_duration("0s") == 0s);
}

TEST_CASE("what is no time is not taken for one") {
  for (const char* text : {"", "5", "ms", "5 seconds", "1..5s", ".5s", "1.s", "+5s", "0.5ns",
                           "--5s", "1e3s", "9999999999999h", "2562048h"}) {
    INFO(text);
    CHECK(parse_duration(text) == std::nullopt);
  }
}

TEST_CASE("sizes are in powers of 1024") {
  CHECK(parse_size("100B") == 100);
  CHECK(parse_size("64KiB") == 65536);
  CHECK(parse_size("1.5MiB") == 1'572'864);
  CHECK(parse_size("2GiB") == std::uint64_t{2} << 30);
  CHECK(parse_size("64KB") == std::nullopt);
  CHECK(parse_size("64") == 64);
  CHECK(parse_size("") == std::nullopt);
  CHECK(parse_size("KiB") == std::nullopt);
  CHECK(parse_size("-1KiB") == std::nullopt);
  CHECK(parse_size("0.3B") == std::nullopt);
}

TEST_CASE("probabilities are fractions or percentages") {
  CHECK(parse_ratio("1/20") == Ratio{1, 20});
  CHECK(parse_ratio("5%") == Ratio{5, 100});
  CHECK(parse_ratio("0") == Ratio{0, 1});
  CHECK(parse_ratio("1") == Ratio{1, 1});
  CHECK(parse_ratio("2/1") == std::nullopt);
  CHECK(parse_ratio("1/0") == std::nullopt);
  CHECK(parse_ratio("101%") == std::nullopt);
  CHECK(parse_ratio("0.5") == std::nullopt);
}

TEST_CASE("a duration that is written is read back as it was") {
  rc::check([] {
    const Duration duration(*rc::gen::inRange<std::int64_t>(0, INT64_MAX));
    RC_ASSERT(parse_duration(config::to_string(duration)) == duration);
  });
  CHECK(config::to_string(Duration(1500ms)) == "1500ms");
  CHECK(config::to_string(Duration(60s)) == "1m");
  CHECK(config::to_string(Duration(0s)) == "0s");
}

TEST_CASE("a size that is written is read back as it was") {
  rc::check([] {
    const std::uint64_t scale = std::uint64_t{1} << *rc::gen::inRange(0, 40);
    const std::uint64_t bytes = *rc::gen::inRange<std::uint64_t>(0, 1 << 20) * scale;
    RC_ASSERT(parse_size(size_text(bytes)) == bytes);
  });
  CHECK(size_text(0) == "0");
  CHECK(size_text(65536) == "64KiB");
  CHECK(size_text(65537) == "65537");
  CHECK(size_text(std::uint64_t{1} << 40) == "1024GiB");
}
