#include "http/tokenizer.hpp"

#include <catch2/catch.hpp>

using namespace weir::http;

TEST_CASE("a tokenizer lists names, values and ids in order") {
  Tokenizer tokenizer(HeadKind::request, Limits{});
  REQUIRE(
      tokenizer.run("GET / HTTP/1.1\r\nHost:a\r\nX-Empty:\r\nX-B: \t b c \t\r\nX-B: 2\r\n\r\n"));
  const auto fields = tokenizer.fields();
  REQUIRE(fields.size() == 4);
  CHECK(fields[0] == Field{"Host", "a", FieldId::host});
  CHECK(fields[1] == Field{"X-Empty", "", FieldId::other});
  CHECK(fields[2] == Field{"X-B", "b c", FieldId::other});
  CHECK(fields[3] == Field{"X-B", "2", FieldId::other});
}

TEST_CASE("a tokenizer is used again, and remembers nothing") {
  Tokenizer tokenizer(HeadKind::response, Limits{});
  CHECK_FALSE(tokenizer.run("HTTP/1.1 200 OK\r\nA B: c\r\n\r\n"));
  CHECK(!tokenizer.refusal().reason.empty());
  REQUIRE(tokenizer.run("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  REQUIRE(tokenizer.run("HTTP/1.1 200 OK\r\n\r\n"));
  CHECK(tokenizer.fields().empty());
}

TEST_CASE("a head that ends before or behind the last byte is refused") {
  Tokenizer tokenizer(HeadKind::request, Limits{});
  CHECK_FALSE(tokenizer.run("GET / HTTP/1.1\r\nHost: a\r\n"));
  CHECK_FALSE(tokenizer.run("GET / HTTP/1.1\r\nHost: a\r\n\r\nG"));
  CHECK_FALSE(tokenizer.run(""));
}

TEST_CASE("a tokenizer holds as many fields as the limits allow") {
  Tokenizer tokenizer(HeadKind::request, Limits{.fields_max = 2});
  CHECK(tokenizer.run("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n"));
  CHECK_FALSE(tokenizer.run("GET / HTTP/1.1\r\nHost: a\r\nB: c\r\nD: e\r\n\r\n"));
  CHECK(tokenizer.refusal().status == 431);
}
