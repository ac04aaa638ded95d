#include "backend/text.hpp"

#include <catch2/catch.hpp>

namespace weir::backend {
namespace {

using namespace std::chrono_literals;

TEST_CASE("a duration is a number with a unit, or 0", "[backend]") {
  CHECK(parse_duration("50ms") == Duration(50ms));
  CHECK(parse_duration("1h") == Duration(1h));
  CHECK(parse_duration("0") == Duration::zero());
  for (const char* bad : {"", "50", "ms", "-1ms", "61m", "99999999999999999999s"}) {
    CHECK_FALSE(parse_duration(bad).has_value());
  }
}

TEST_CASE("a ratio is a fraction that is not more than one", "[backend]") {
  CHECK(parse_ratio("1/20") == Ratio{1, 20});
  CHECK(parse_ratio("0") == Ratio{0, 1});
  CHECK(parse_ratio("1") == Ratio{1, 1});
  for (const char* bad : {"", "2", "3/2", "1/0", "/2", "1/", "0.5", "a/b"}) {
    CHECK_FALSE(parse_ratio(bad).has_value());
  }
}

TEST_CASE("a switch is on or off", "[backend]") {
  CHECK(parse_switch("1") == true);
  CHECK(parse_switch("off") == false);
  CHECK_FALSE(parse_switch("2").has_value());
}

TEST_CASE("a count has digits only and a maximum", "[backend]") {
  CHECK(parse_count("17", 17) == 17);
  for (const char* bad : {"", "18", "-1", "+1", "1x", "18446744073709551616"}) {
    CHECK_FALSE(parse_count(bad, 17).has_value());
  }
}

TEST_CASE("a query is taken apart pair by pair and percent-decoded", "[backend]") {
  std::string_view query = "fail-rate=1%2F2&&flag&a=b=c&last=%zz+%4";
  std::vector<std::pair<std::string, std::string>> pairs;
  while (const auto parameter = take_parameter(query)) {
    pairs.emplace_back(parameter->key, parameter->value);
  }
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"fail-rate", "1/2"}, {"flag", ""}, {"a", "b=c"}, {"last", "%zz %4"}};
  CHECK(pairs == expected);
}

TEST_CASE("a parameter is found by its whole key", "[backend]") {
  CHECK(find_parameter("xms=1&ms=2&ms=3", "ms") == "2");
  CHECK(find_parameter("ms", "ms") == "");
  CHECK_FALSE(find_parameter("xms=1", "ms").has_value());
}

}  // namespace
}  // namespace weir::backend
