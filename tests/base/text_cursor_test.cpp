#include "base/text_cursor.hpp"

#include <limits>

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("a text is appended in pieces, behind what is there") {
  std::string out = "log: ";
  append_text<TextCursor>(out, 64, [](TextCursor& cursor) {
    cursor.put("n=");
    cursor.put_number(0);
    cursor.put(' ');
    cursor.put_number(std::numeric_limits<std::uint64_t>::max());
  });
  CHECK(out == "log: n=0 18446744073709551615");
}

TEST_CASE("every octet of an IPv4 address is written as a decimal number") {
  for (unsigned octet = 0; octet < 256; ++octet) {
    Endpoint endpoint;
    endpoint.address[0] = endpoint.address[3] = static_cast<std::uint8_t>(octet);
    endpoint.port = static_cast<std::uint16_t>(octet * 257);
    const std::string number = std::to_string(octet);
    CHECK(to_string(endpoint) == number + ".0.0." + number + ":" + std::to_string(octet * 257));
  }
}

TEST_CASE("the longest endpoint fits into what is said to be enough") {
  const auto endpoint = parse_endpoint("1111:2222:3333:4444:5555:6666:7777:8888", 65535);
  REQUIRE(endpoint);
  const std::string text = to_string(*endpoint);
  CHECK(text == "[1111:2222:3333:4444:5555:6666:7777:8888]:65535");
  CHECK(text.size() <= TextCursor::kEndpointBytesMax);
}
