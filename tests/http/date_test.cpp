#include "http/date.hpp"

#include <catch2/catch.hpp>

using weir::http::HttpDate;

TEST_CASE("a date is written as RFC 9110 shows it") {
  CHECK(HttpDate(784111777).text() == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(HttpDate(0).text() == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(HttpDate(951782400).text() == "Tue, 29 Feb 2000 00:00:00 GMT");
  CHECK(HttpDate(4107542399).text() == "Sun, 28 Feb 2100 23:59:59 GMT");
  CHECK(HttpDate(1767225599).text() == "Wed, 31 Dec 2025 23:59:59 GMT");
}

TEST_CASE("a moment that cannot be written becomes the nearest that can") {
  CHECK(HttpDate(-1).text() == HttpDate(0).text());
  CHECK(HttpDate(INT64_MIN).text() == HttpDate(0).text());
  CHECK(HttpDate(INT64_MAX).text() == "Fri, 31 Dec 9999 23:59:59 GMT");
}
