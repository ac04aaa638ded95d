#include "http/head_end.hpp"

#include <string>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;
using namespace weir::http;

namespace {

using Status = HeadEnd::Status;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

HeadEnd find(std::string_view text, HeadKind kind = HeadKind::request, Limits limits = {}) {
  HeadScan scan;
  return find_head_end(as_bytes(text), scan, kind, limits);
}

// Byte by byte, each time with all that came before; the end as soon as there is one.
HeadEnd find_in_bytes(std::string_view text, HeadKind kind, Limits limits = {}) {
  HeadScan scan;
  HeadEnd end;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    end = find_head_end(as_bytes(text.substr(0, size)), scan, kind, limits);
    if (end.status != Status::incomplete) break;
  }
  return end;
}

}  // namespace

TEST_CASE("a head ends behind its empty line, whatever follows") {
  CHECK(find(kGet) == HeadEnd{Status::complete, kGet.size(), {}});
  CHECK(find(std::string(kGet) + "\n\0\x16 more").size == kGet.size());
  CHECK(find("HTTP/1.1 200 OK\r\n\r\n", HeadKind::response).size == 19);
}

TEST_CASE("a head without an end is incomplete at every byte") {
  for (std::size_t size = 0; size < kGet.size(); ++size) {
    CHECK(find(kGet.substr(0, size)).status == Status::incomplete);
  }
  CHECK(find("HTTP/1.1 200", HeadKind::response).status == Status::incomplete);
}

TEST_CASE("two empty lines before a request belong to it, three refuse it") {
  const std::string get(kGet);
  CHECK(find("\r\n" + get).size == get.size() + 2);
  CHECK(find("\r\n\r\n" + get).size == get.size() + 4);
  CHECK(find("\r\n\r\n\r\n").refusal.status == 400);
  CHECK(find("\r\nHTTP/1.1 200 OK\r\n\r\n", HeadKind::response).refusal.status == 502);
}

TEST_CASE("a scan knows whether anything of a head has come") {
  HeadScan scan;
  CHECK(scan.untouched());
  find_head_end(as_bytes("\r\n"), scan, HeadKind::request, {});
  CHECK(scan.untouched());
  find_head_end(as_bytes("\r\nG"), scan, HeadKind::request, {});
  CHECK_FALSE(scan.untouched());
  find_head_end(as_bytes("\r\nGET / HTTP/1.1\r\n"), scan, HeadKind::request, {});
  CHECK_FALSE(scan.untouched());
}

namespace {

struct Row {
  std::string_view text;
  int status;
};

// Each is refused by its last byte, and not before.
constexpr Row kWrong[] = {
    {"\x16", 400},  // TLS
    {"\x16\x03\x01", 400},
    {"\n", 400},
    {" ", 400},
    {"\t", 400},
    {"\x80", 400},
    {"(", 400},
    {"GET /\n", 400},
    {"GET /\r\r", 400},
    {"GET /\rX", 400},
    {"GET\t", 400},
    {"GET /\x01", 400},
    {"GET /\x7f", 400},
    {"GET /\r\n", 400},  // HTTP/0.9
    {"GET / HTTP/2.0\r\n", 505},
    {"PRI * HTTP/2.0\r\n", 505},
    {"GET / HTTP/1.1\r\n ", 400},
    {"GET / HTTP/1.1\r\n\t", 400},
    {"GET / HTTP/1.1\r\nA: b\n", 400},
    {"GET / HTTP/1.1\r\nA: b\r\n c", 400},
    {"GET / HTTP/1.1\r\nA: b\r\n\tc", 400},
    {"GET / HTTP/1.1\r\nA: b\rc", 400},
    {"GET / HTTP/1.1\r\nA: \x1b", 400},
    {"GET / HTTP/1.1\r\nA: b\r\n\n", 400},
    {"GET / HTTP/1.1\r\nA: b\r\n\rX", 400},
};

}  // namespace

TEST_CASE("a wrong byte is refused as soon as it is there") {
  for (const Row& row : kWrong) {
    INFO(row.text);
    const HeadEnd end = find(row.text);
    CHECK(end.status == Status::refused);
    CHECK(end.refusal.status == row.status);
    CHECK(find_in_bytes(row.text, HeadKind::request) == end);
  }
  const std::string nul("GET / HTTP/1.1\r\nA: \0", 20);
  CHECK(find(nul).refusal.status == 400);
  CHECK(find(nul + "\r\n\r\n").status == Status::refused);
}

TEST_CASE("a wrong byte after a wrong byte is not what is told") {
  CHECK(find("GET /\n\x16").refusal == find("GET /\n").refusal);
  CHECK(find("GET / HTTP/1.1\r\n \n").refusal == find("GET / HTTP/1.1\r\n ").refusal);
}

TEST_CASE("what is no response is refused by its first wrong byte, with 502") {
  for (const char* text : {"h", "HTTP/2", "HTTP/1.1 200 OK\n", "SSH-2.0-x", "HTTP/1x", "\r\n",
                           "HTTP/1.1 200 OK\r\n A: b", "HTTP/1.1 200 OK\r\nA: \x01"}) {
    INFO(text);
    const HeadEnd end = find(text, HeadKind::response);
    CHECK(end.status == Status::refused);
    CHECK(end.refusal.status == 502);
    CHECK(find_in_bytes(text, HeadKind::response) == end);
  }
}

TEST_CASE("the first line may be as long as its limit") {
  const Limits limits{.request_line_bytes_max = 100};
  const std::string path(100 - 13, 'a');  // "GET /" and " HTTP/1.1" are 14
  const std::string fits = "GET /" + path.substr(1) + " HTTP/1.1\r\n\r\n";
  CHECK(find(fits, HeadKind::request, limits).status == Status::complete);
  CHECK(find("GET /" + path, HeadKind::request, limits).status == Status::incomplete);
  CHECK(find("GET /" + path + " HTTP/1.1", HeadKind::request, limits).refusal.status == 414);
  CHECK(find(std::string(101, 'a'), HeadKind::request, limits).refusal.status == 414);
  CHECK(find(std::string(100, 'a'), HeadKind::request, limits).status == Status::incomplete);
}

TEST_CASE("fields may be as large and as many as their limits") {
  const Limits limits{.header_bytes_max = 50, .fields_max = 3};
  const std::string line = "GET / HTTP/1.1\r\n";
  const auto status = [&](const std::string& fields) {
    return find(line + fields, HeadKind::request, limits).refusal.status;
  };
  constexpr int kAccepted = 400;  // the default of a refusal that is none
  CHECK(status("A: " + std::string(45, 'b') + "\r\n\r\n") == kAccepted);
  CHECK(status("A: " + std::string(48, 'b')) == 431);
  CHECK(status("A: b\r\nA: b\r\nA: b\r\n\r\n") == kAccepted);
  CHECK(status("A: b\r\nA: b\r\nA: b\r\nA") == 431);
}

TEST_CASE("no limits go beyond the absolute maxima") {
  const Limits limits{
      .request_line_bytes_max = SIZE_MAX, .header_bytes_max = SIZE_MAX, .fields_max = SIZE_MAX};
  const auto status = [&](const std::string& text) {
    return find(text, HeadKind::request, limits).refusal.status;
  };
  CHECK(status(std::string(kRequestLineBytesMax + 1, 'a')) == 414);
  CHECK(status("GET / HTTP/1.1\r\n" + std::string(kHeaderBytesMax + 1, 'a')) == 431);
  std::string many = "GET / HTTP/1.1\r\n";
  for (std::size_t i = 0; i <= kFieldsMax; ++i) many += "A:\r\n";
  CHECK(status(many) == 431);
}

TEST_CASE("any split of a head gives what the whole gives") {
  rc::prop("for texts that are nearly heads", [] {
    const auto piece = rc::gen::element<std::string>(
        "GET", " ", "/", "HTTP/1.1", "HTTP/1.0", "\r\n", "\r\n", "\r\n", "\r", "\n", "Host: a",
        "A: b", "\t", std::string(1, '\0'), "\x7f", "\x16", "aaaaaaaaaaaaaaaa", "200 OK", ":");
    const auto pieces = *rc::gen::container<std::vector<std::string>>(piece);
    const HeadKind kind = *rc::gen::element(HeadKind::request, HeadKind::response);
    std::string text = *rc::gen::element<std::string>(
        "", "GET / HTTP/1.1\r\n", "HTTP/1.1 200 OK\r\n", "GET / HTTP/1.1\r\nHost: a\r\n");
    for (const std::string& part : pieces) text += part;
    const Limits limits{.request_line_bytes_max = 40, .header_bytes_max = 60, .fields_max = 3};
    const HeadEnd whole = find(text, kind, limits);
    RC_ASSERT(find_in_bytes(text, kind, limits) == whole);

    HeadScan scan;
    HeadEnd end;
    for (std::size_t size = 0; end.status == Status::incomplete && size < text.size();) {
      size += *rc::gen::inRange<std::size_t>(1, text.size() - size + 1);
      end = find_head_end(as_bytes(std::string_view(text).substr(0, size)), scan, kind, limits);
    }
    RC_ASSERT(end == whole);
  });
}

TEST_CASE("control bytes are found at every place of a word") {
  for (std::size_t place = 0; place < 40; ++place) {
    for (const char byte : {'\x01', '\x1f', '\x7f', '\n'}) {
      std::string text = "GET / HTTP/1.1\r\nA: " + std::string(40, '\xe0') + "\r\n\r\n";
      CHECK(find(text).status == Status::complete);
      text[19 + place] = byte;
      CHECK(find(text).status == Status::refused);
    }
  }
}
