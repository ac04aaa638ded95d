#include "http/forwarded.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace weir::http;

namespace {

using List = std::vector<std::pair<std::string_view, std::string_view>>;

struct Case {
  List fields;
  unsigned trusted_hops = 0;
  std::string_view client = "192.0.2.9";
  std::string_view authority = "a.example:80";
};

template <class Put>
std::string written(const Case& with, Put put) {
  std::vector<Field> fields;
  for (const auto& [name, value] : with.fields) fields.push_back({name, value, field_id(name)});
  const ForwardPolicy policy(ForwardOptions{.trusted_hops = with.trusted_hops});
  const Origin origin{with.client, "https", with.authority, fields};
  std::string out;
  weir::append_text<HeadCursor>(out, 4096,
                                [&](HeadCursor& cursor) { put(cursor, origin, policy); });
  return out;
}

std::string x_forwarded(const Case& with) { return written(with, put_x_forwarded); }
std::string forwarded(const Case& with) { return written(with, put_forwarded); }

std::string x_forwarded_for(const Case& with) {
  const std::string all = x_forwarded(with);
  return all.substr(0, all.find("\r\n"));
}

}  // namespace

TEST_CASE("without trusted proxies only what is known here is told") {
  const List lies{{"X-Forwarded-For", "1.1.1.1"},
                  {"X-Forwarded-Proto", "gopher"},
                  {"X-Forwarded-Host", "evil"},
                  {"Forwarded", "for=1.1.1.1"}};
  CHECK(x_forwarded({lies}) ==
        "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
        "X-Forwarded-Host: a.example:80\r\n");
  CHECK(forwarded({lies}) == "Forwarded: for=192.0.2.9;host=\"a.example:80\";proto=https\r\n");
}

TEST_CASE("the last entries are kept, as many as there are trusted proxies") {
  const List fields{{"X-Forwarded-For", "1.1.1.1, 2.2.2.2,, "}, {"X-Forwarded-For", "3.3.3.3"}};
  CHECK(x_forwarded_for({fields, 1}) == "X-Forwarded-For: 3.3.3.3, 192.0.2.9");
  CHECK(x_forwarded_for({fields, 2}) == "X-Forwarded-For: 2.2.2.2, 3.3.3.3, 192.0.2.9");
  CHECK(x_forwarded_for({fields, 16}) == "X-Forwarded-For: 1.1.1.1, 2.2.2.2, 3.3.3.3, 192.0.2.9");
  CHECK(x_forwarded_for({{}, 2}) == "X-Forwarded-For: 192.0.2.9");
}

TEST_CASE("a trusted proxy is believed about scheme and host") {
  const List fields{{"X-Forwarded-Proto", "http"}, {"X-Forwarded-Host", "x, b.example"}};
  CHECK(x_forwarded({fields, 1}) ==
        "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: http\r\n"
        "X-Forwarded-Host: b.example\r\n");
}

TEST_CASE("a request without a host tells none") {
  CHECK(x_forwarded({{}, 0, "::1", ""}) == "X-Forwarded-For: ::1\r\nX-Forwarded-Proto: https\r\n");
  CHECK(forwarded({{}, 0, "::1", ""}) == "Forwarded: for=\"[::1]\";proto=https\r\n");
}

TEST_CASE("Forwarded is quoted where it must be, and split outside of quotes") {
  CHECK(forwarded({{}, 0, "2001:db8::1", "a"}) ==
        "Forwarded: for=\"[2001:db8::1]\";host=a;proto=https\r\n");
  CHECK(forwarded({{{"Forwarded", "for=x, for=\"a,b\\\"c\";proto=http"}}, 1, "::1", ""}) ==
        "Forwarded: for=\"a,b\\\"c\";proto=http, for=\"[::1]\";proto=https\r\n");
}

TEST_CASE("a quote left open does not swallow what a trusted proxy added") {
  CHECK(forwarded({{{"Forwarded", "for=\"x, for=2.2.2.2"}}, 1, "3.3.3.3", ""}) ==
        "Forwarded: for=2.2.2.2, for=3.3.3.3;proto=https\r\n");
}
