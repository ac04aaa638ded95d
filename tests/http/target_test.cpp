#include "http/target.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace weir::http;

namespace {

struct Row {
  std::string_view target, host, path, authority;
  Method method = Method::get;
};

}  // namespace

TEST_CASE("a target names a path and a host") {
  const Row rows[] = {
      {"/", "a", "/", "a"},
      {"/a?b=c", "a:80", "/a?b=c", "a:80"},
      {"//b/c", "a", "//b/c", "a"},
      {"/%zz%", "a", "/%zz%", "a"},
      {"/a|b\"<>^`{}\\", "a", "/a|b\"<>^`{}\\", "a"},
      {"*", "a", "*", "a", Method::options},
      {"http://b/c", "a", "/c", "b"},
      {"HTTPS://b:443/c?d", "a", "/c?d", "b:443"},
      {"http://b", "a", "", "b"},
      {"http://b?c", "a", "?c", "b"},
      {"http://b", "a", "*", "b", Method::options},
      {"http://[::1]:80/", "a", "/", "[::1]:80"},
      {"/", "", "/", ""},
  };
  for (const Row& row : rows) {
    INFO(row.target);
    const auto target = read_target(row.method, row.target, row.host);
    REQUIRE(target);
    CHECK(target->path == row.path);
    CHECK(target->authority == row.authority);
  }
}

TEST_CASE("a target that names nothing here is refused") {
  const Row rows[] = {
      {"*", "a", "400", {}},
      {"a", "a", "400", {}},
      {"ftp://a/", "a", "400", {}},
      {"http:/a", "a", "400", {}},
      {"http:///a", "a", "400", {}},
      {"http://?a", "a", "400", {}},
      {"http://u@b/", "a", "400", {}},
      {"http://u:p@b/", "a", "400", {}},
      {"http://b:x/", "a", "400", {}},
      {"a:443", "a", "400", {}, Method::get},
      {"a:443", "a:443", "501", {}, Method::connect},
      {"/", "a", "501", {}, Method::connect},
      {"/", "a b", "400", {}},
      {"http://b/", "a/b", "400", {}},
  };
  for (const Row& row : rows) {
    INFO(row.target << " " << row.host);
    const auto target = read_target(row.method, row.target, row.host);
    REQUIRE_FALSE(target);
    CHECK(std::to_string(target.error().status) == row.path);
  }
}

TEST_CASE("an authority is a host and perhaps a port, and nothing odd") {
  for (const char* text : {"a", "A.example", "a:0", "a:65535", "1.2.3.4", "1.2.3.4:80", "[::1]",
                           "[::ffff:1.2.3.4]:8080", "a_b.c-d~", "a.example."}) {
    INFO(text);
    CHECK(is_authority(text));
  }
  for (const char* text : {"",        ":",
                           ":80",     "a:",
                           "a:65536", "a:123456",
                           "a:+1",    "a:1 ",
                           "a b",     "a,b",
                           "a/b",     "a?b",
                           "a#b",     "a@b",
                           "a%41",    "a\\b",
                           "[",       "[]",
                           "[:]",     "[::1",
                           "::1",     "[::1]x",
                           "[::1]:",  "[g::1]",
                           "[::1]]",  "[fe80::1%eth0]",
                           "a:80:80", "a\xe4",
                           "a\"",     "a;b",
                           "http://a"}) {
    INFO(text);
    CHECK_FALSE(is_authority(text));
  }
}
