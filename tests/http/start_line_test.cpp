#include "http/start_line.hpp"

#include <string>

#include <catch2/catch.hpp>

using namespace weir::http;

TEST_CASE("a request line is method, target and version") {
  const auto line = parse_request_line("DELETE /a?b=c HTTP/1.0");
  REQUIRE(line);
  CHECK(line->method == Method::delete_);
  CHECK(line->method_text == "DELETE");
  CHECK(line->target == "/a?b=c");
  CHECK(line->minor == 0);
  CHECK(parse_request_line("PROPFIND / HTTP/1.1")->method == Method::other);
  CHECK(parse_request_line("get / HTTP/1.1")->method == Method::other);
}

TEST_CASE("a request line that could be read in two ways is refused") {
  struct Row {
    std::string_view line;
    int status;
  };
  const Row rows[] = {
      {"", 400},
      {"GET", 400},
      {"GET /", 400},
      {"GET  / HTTP/1.1", 400},
      {"GET /  HTTP/1.1", 400},
      {" GET / HTTP/1.1", 400},
      {"GET / HTTP/1.1 ", 400},
      {"GET\t/\tHTTP/1.1", 400},
      {"GET /\tHTTP/1.1", 400},
      {"GET /a b HTTP/1.1", 400},
      {"GET /a\tb HTTP/1.1", 400},
      {"GET /#a HTTP/1.1", 400},
      {"GET /\x80 HTTP/1.1", 400},
      {"GET  HTTP/1.1", 400},
      {"GET HTTP/1.1", 400},
      {" HTTP/1.1", 400},
      {"HTTP/1.1", 400},
      {"G(T / HTTP/1.1", 400},
      {"GET / http/1.1", 400},
      {"GET / HTTP/1.10", 400},
      {"GET / HTTP/11", 400},
      {"GET / HTTP/1,1", 400},
      {"GET / HTTP/x.1", 400},
      {"GET / FTTP/1.1", 400},
      {"GET / HTTP/2.0", 505},
      {"PRI * HTTP/2.0", 505},
      {"GET / HTTP/0.9", 505},
      {"GET / HTTP/1.2", 505},
      {"GET / HTTP/3.0", 505},
      {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA / HTTP/1.1", 501},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const auto line = parse_request_line(row.line);
    REQUIRE_FALSE(line);
    CHECK(line.error().status == row.status);
    CHECK(!line.error().reason.empty());
  }
}

TEST_CASE("a status line is version, three digits and any reason") {
  const auto line = parse_status_line("HTTP/1.0 404 Not  Found\t\xe4");
  REQUIRE(line);
  CHECK(line->status == 404);
  CHECK(line->minor == 0);
  CHECK(line->reason == "Not  Found\t\xe4");
  CHECK(parse_status_line("HTTP/1.1 200 ")->reason.empty());
  CHECK(parse_status_line("HTTP/1.1 599")->status == 599);
}

TEST_CASE("a status line of another kind is refused with 502") {
  for (const char* text :
       {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
        "HTTP/1.1 099 OK", "HTTP/1.1 600 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 -20 OK",
        "HTTP/1.1 200OK", "HTTP/1.1 200\tOK", "HTTP/1.2 200 OK", "HTTP/2 200", "http/1.1 200 OK",
        "ICY 200 OK", "HTTP/1.1\t200 OK", " HTTP/1.1 200 OK", "HTTP/1.1 200 O\x01K"}) {
    INFO(text);
    const auto line = parse_status_line(text);
    REQUIRE_FALSE(line);
    CHECK(line.error().status == 502);
  }
}

TEST_CASE("of a request line that is bad or not complete the method is still known") {
  CHECK(glance("HEAD / HTTP/1.1\r\nHost: a\r\n").method == Method::head);
  CHECK(glance("\r\n\r\nPUT /a HTTP/1.0\r\n").target == "/a");
  CHECK(glance("HEAD /a b HTTP/1.1\r\n").method == Method::head);
  CHECK(glance("HEAD /a b HTTP/1.1\r\n").target.empty());
  CHECK(glance("HEAD /a\n").method_text == "HEAD");
  CHECK(glance("BREW /").method_text == "BREW");
  for (const std::string_view text :
       {"", "HEAD", " / HTTP/1.1", "\x16\x03 x", "HE\x01D / HTTP/1.1"}) {
    CHECK(glance(text).method == Method::other);
    CHECK(glance(text).method_text.empty());
  }
  CHECK(glance(std::string(33, 'X') + " / HTTP/1.1").method_text.empty());
}
