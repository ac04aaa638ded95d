#include "base/bytes.hpp"

#include <catch2/catch.hpp>

using namespace weir;

TEST_CASE("text seen as bytes and back is the same text in the same place") {
  const std::string_view text("a\0b\xff", 4);
  const ConstBytes bytes = as_bytes(text);
  CHECK(bytes.size() == 4);
  CHECK(bytes[1] == std::byte{0});
  CHECK(bytes[3] == std::byte{0xff});
  CHECK(as_text(bytes) == text);
  CHECK(as_text(bytes).data() == text.data());
}

TEST_CASE("no text is no bytes") {
  CHECK(as_bytes("").empty());
  CHECK(as_text(ConstBytes{}).empty());
}
