#include "http/field.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "http/chars.hpp"

using namespace weir::http;

TEST_CASE("every known name is found in any case, and only as a whole") {
  for (int i = int(FieldId::alias) + 1; i <= int(FieldId::x_real_ip); ++i) {
    const auto id = static_cast<FieldId>(i);
    std::string name(to_string(id));
    INFO(name);
    REQUIRE(!name.empty());
    CHECK(field_id(name) == id);
    CHECK(field_id(name + "x") == FieldId::other);
    CHECK(field_id("x" + name) == FieldId::other);
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    CHECK(field_id(name) == id);
  }
  CHECK(field_id("") == FieldId::other);
  CHECK(field_id("x-custom") == FieldId::other);
  CHECK(field_id(std::string(10'000, 'x')) == FieldId::other);
  CHECK(to_string(FieldId::other).empty());
}

TEST_CASE("a name that is known but for underscores is an alias") {
  CHECK(field_id("Content_Length") == FieldId::alias);
  CHECK(field_id("x_forwarded-for") == FieldId::alias);
  CHECK(unaliased_id("TRANSFER_ENCODING") == FieldId::transfer_encoding);
  CHECK(unaliased_id("Transfer-Encoding") == FieldId::other);
  CHECK(field_id("my_header") == FieldId::other);
  CHECK(field_id("ho_st") == FieldId::other);
}

TEST_CASE("tokens and values are told by their bytes") {
  CHECK(is_token("a!#$%&'*+-.^_`|~Z9"));
  for (const char* text : {"", "a b", "a:", "\"a\"", "a\x80", "(", "a\t", "{a}"}) {
    CHECK_FALSE(is_token(text));
  }
  CHECK(is_field_value(""));
  CHECK(is_field_value("a \t\x80\xff~"));
  for (const char* text : {"\r", "a\nb", "\x7f", "\x1b"}) CHECK_FALSE(is_field_value(text));
  CHECK_FALSE(is_field_value(std::string_view("\0", 1)));
}

TEST_CASE("a list gives its elements without white space, skipping empty ones") {
  std::string_view list = " ,a , b c,\t,d";
  CHECK(next_list_element(list) == "a");
  CHECK(next_list_element(list) == "b c");
  CHECK(next_list_element(list) == "d");
  CHECK(next_list_element(list).empty());
  CHECK(list_contains("gzip, Trailers", "trailers"));
  CHECK_FALSE(list_contains("trailers-not, x", "trailers"));
  CHECK_FALSE(list_contains("", "trailers"));
}

TEST_CASE("texts are compared without regard to ASCII case only") {
  CHECK(equal_ignoring_case("ClOsE", "close"));
  CHECK_FALSE(equal_ignoring_case("close", "closed"));
  CHECK_FALSE(equal_ignoring_case("@", "`"));
  CHECK_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

TEST_CASE("only spaces and tabs are trimmed") {
  CHECK(trimmed(" \ta b\t ") == "a b");
  CHECK(trimmed(" \t ").empty());
  CHECK(trimmed("\va") == "\va");
}
