#include "config/forms.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::config;

namespace {

template <class T>
void takes(const Form<T>& form, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    INFO(text);
    const std::optional<T> value = form.parse(text);
    CHECK(value.has_value());
    if (value) CHECK(form.parse(form.print(*value)).has_value());
  }
}

template <class T>
void refuses(const Form<T>& form, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    INFO(text);
    CHECK_FALSE(form.parse(text).has_value());
  }
}

}  // namespace

TEST_CASE("names are short and plain") {
  takes(name_form(), {"a", "web-1", "A_b.c", std::string(63, 'x')});
  refuses(name_form(), {"", "a b", "a/b", "\"", "a:1", std::string(64, 'x')});
  takes(backend_name_form(), {"10.0.0.1:80", "[::1]:80", "a"});
  refuses(backend_name_form(), {"", "a b", std::string(64, ':')});
}

TEST_CASE("hosts are as http takes them") {
  takes(host_form(), {"a.example", "a.example:8080", "[::1]", "[::1]:80"});
  refuses(host_form(), {"", "a b", "user@a", "a/b", "a:"});
  takes(host_pattern_form(), {"a.example", "*.example", "*.b.example", "10.0.0.1", "[::1]"});
  refuses(host_pattern_form(),
          {"", "*", "*.", "a.*.example", "a.example:80", "[::1]:80", ".a", "a.", "a..b", "**.a"});
  CHECK(host_pattern_form().parse("*.Example.ORG") == "*.example.org");
}

TEST_CASE("paths begin with a slash") {
  takes(path_form(), {"/", "/a/b", "/%20"});
  refuses(path_form(), {"", "a", "/a b", "/a?b", "/a#b", "http://a/", "/\x7f"});
  takes(target_form(), {"/", "/a?b=c"});
  refuses(target_form(), {"", "a", "/a#b", "/a b"});
}

TEST_CASE("methods and header names are tokens") {
  takes(method_form(), {"GET", "M-SEARCH"});
  refuses(method_form(), {"", "get", "G T", "Get"});
  takes(field_name_form(), {"X-Version", "a"});
  refuses(field_name_form(), {"", "a b", "a:"});
  takes(field_value_form(), {"", "a b", "\xc3\xa4"});
  refuses(field_value_form(), {" a", "a ", "a\nb", std::string("a\0b", 3)});
  takes(pseudonym_form(), {"", "weir"});
  refuses(pseudonym_form(), {"a b"});
}

TEST_CASE("addresses have a port") {
  takes(address_form(0), {"127.0.0.1:80", "[::1]:0", "a.example:65535"});
  refuses(address_form(0), {"", "a", ":80", "a:65536", "a:x"});
  refuses(address_form(1), {"a:0"});
}

TEST_CASE("percentages are whole and within their range") {
  CHECK(percent_form(0, 100).parse("30%") == Ratio{30, 100});
  CHECK(percent_form(0, 100).print(Ratio{1, 2}) == "50%");
  takes(percent_form(0, 100), {"0%", "100%"});
  refuses(percent_form(0, 100), {"", "30", "101%", "-1%", "0.5%", "%", "99999999999999999999%"});
  refuses(percent_form(100, 1000), {"99%", "1001%"});
}

TEST_CASE("status ranges are of final answers") {
  CHECK(status_range_form().parse("204") == control::StatusRange{204, 204});
  CHECK(status_range_form().parse("200-399") == control::StatusRange{200, 399});
  refuses(status_range_form(), {"", "199", "600", "300-200", "200-", "-200", "2xx", "200-300-400"});
}

TEST_CASE("hash keys name what they hash") {
  takes(hash_key_form(), {"client_ip", "path", "header X-User", "cookie session"});
  refuses(hash_key_form(), {"", "header", "header ", "header a b", "query x", "Path"});
  CHECK(hash_key_form().parse("header X-User")->name == "x-user");
  CHECK(hash_key_form().parse("cookie Session")->name == "Session");
}
