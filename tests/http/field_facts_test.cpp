#include "http/field_facts.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace weir::http;

namespace {

using List = std::vector<std::pair<std::string_view, std::string_view>>;

OrRefusal<FieldFacts> read(const List& list, unsigned minor = 1) {
  std::vector<Field> fields;
  for (const auto& [name, value] : list) fields.push_back({name, value, field_id(name)});
  return read_fields(fields, minor);
}

}  // namespace

TEST_CASE("the fields of a body are a length, chunked or none") {
  CHECK(read({})->framing == Body{});
  CHECK(read({{"Content-Length", "0"}})->framing == Body{Body::Kind::length, 0});
  CHECK(read({{"Content-Length", "007"}})->framing == Body{Body::Kind::length, 7});
  CHECK(read({{"content-length", "9223372036854775807"}})->framing.length == INT64_MAX);
  CHECK(read({{"Transfer-Encoding", "Chunked"}})->framing == Body{Body::Kind::chunked});
}

TEST_CASE("contradicting framing is refused") {
  const List rows[] = {
      {{"Content-Length", "5"}, {"Content-Length", "5"}},
      {{"Content-Length", "5"}, {"Content-Length", "6"}},
      {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "chunked"}, {"Content-Length", "0"}},
      {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
      {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "identity"}},
      {{"Content_Length", "5"}},
      {{"transfer_encoding", "x"}},
  };
  for (const List& row : rows) {
    INFO(row[0].first << " " << row[0].second);
    const auto facts = read(row);
    REQUIRE_FALSE(facts);
    CHECK(facts.error().status == 400);
  }
}

TEST_CASE("a Content-Length is plain digits") {
  for (const char* value :
       {"", "+5", "-5", "5,5", "5, 5", "0x5", "5 5", "5a", "5.0", "1e3", "9223372036854775808",
        "18446744073709551616", "99999999999999999999", "00000000000000000000"}) {
    INFO(value);
    CHECK_FALSE(read({{"Content-Length", value}}));
  }
}

TEST_CASE("a Transfer-Encoding is chunked, alone, and in HTTP/1.1") {
  for (const char* value :
       {"", "identity", "xchunked", "chunkedx", "chunked, chunked", "gzip, chunked", "chunked,",
        ",chunked", "chunked;a=b", "\"chunked\"", "gzip", "chunked identity", "chun\xc3ked"}) {
    INFO(value);
    CHECK_FALSE(read({{"Transfer-Encoding", value}}));
  }
  CHECK_FALSE(read({{"Transfer-Encoding", "chunked"}}, 0));
}

TEST_CASE("a connection persists as version and Connection say") {
  struct Row {
    std::string_view connection;
    unsigned minor;
    bool persistent;
  };
  const Row rows[] = {
      {"", 1, true},           {"", 0, false},      {"keep-alive", 0, true},
      {"Keep-Alive", 0, true}, {"close", 1, false}, {"foo, CLOSE", 1, false},
      {"x-close", 1, true},    {"closed", 1, true}, {"keep-alive, close", 0, false},
  };
  for (const Row& row : rows) {
    INFO(row.connection << " " << row.minor);
    CHECK(read({{"Connection", row.connection}}, row.minor)->persistent(row.minor) ==
          row.persistent);
  }
  CHECK_FALSE(read({{"Connection", "keep-alive"}, {"Connection", "close"}})->persistent(1));
}

TEST_CASE("what Connection names is bounded") {
  std::string list = "a";
  for (int i = 1; i < 16; ++i) list += ", a";
  CHECK(read({{"Connection", list}}));
  CHECK_FALSE(read({{"Connection", list + ",a"}}));
  CHECK_FALSE(read({{"Connection", list}, {"Connection", "close"}}));
}

TEST_CASE("the other facts are gathered") {
  const auto facts = read({{"Host", "a"},
                           {"Host", "b"},
                           {"TE", "gzip;q=1, Trailers"},
                           {"Upgrade", "websocket"},
                           {"Connection", "Upgrade"},
                           {"Expect", "x"}});
  REQUIRE(facts);
  CHECK(facts->hosts == 2);
  CHECK(facts->host == "b");
  CHECK(facts->te_trailers);
  CHECK(facts->upgrades == 1);
  CHECK(facts->connection_upgrade);
  CHECK(facts->expects == 1);
}
