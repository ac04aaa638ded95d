#include "base/result.hpp"

#include <set>
#include <string>

#include <catch2/catch.hpp>

using namespace weir;

namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return std::unexpected(Error{ErrorCode::refused, Side::upstream, true});
  return number / 2;
}

}  // namespace

TEST_CASE("a result is a value or an error") {
  CHECK(half(4) == 2);
  const Result<int> odd = half(3);
  REQUIRE_FALSE(odd);
  CHECK(odd.error() ==
        Error{.code = ErrorCode::refused, .side = Side::upstream, .retry_safe = true});
  CHECK(Result<>{}.has_value());
}

TEST_CASE("an error is not safe to retry unless it says so") {
  CHECK_FALSE(Error{}.retry_safe);
  CHECK(Error{}.side == Side::internal);
}

TEST_CASE("every error code and side has a text of its own") {
  std::set<std::string_view> texts;
  const int codes = static_cast<int>(ErrorCode::other) + 1;
  for (int code = 0; code < codes; ++code) {
    texts.insert(to_string(static_cast<ErrorCode>(code)));
  }
  CHECK(texts.size() == static_cast<std::size_t>(codes));
  CHECK(texts.count("unknown error") == 0);
  CHECK(to_string(static_cast<ErrorCode>(codes)) == "unknown error");
  CHECK(to_string(ErrorCode::timed_out) == "timed out");

  CHECK(to_string(Side::client) == "client");
  CHECK(to_string(Side::upstream) == "upstream");
  CHECK(to_string(Side::internal) == "internal");
}
