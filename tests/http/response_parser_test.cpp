#include "http/response_parser.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "http/reading.hpp"

using namespace weir;
using namespace weir::http;
using test::Response;

namespace {

std::string answer(int status, std::string_view fields = "", int minor = 1) {
  return "HTTP/1." + std::to_string(minor) + " " + std::to_string(status) + " Reason\r\n" +
         std::string(fields) + "\r\n";
}

constexpr std::string_view kLength = "Content-Length: 5\r\n";
constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n";

}  // namespace

TEST_CASE("a response head says what it says") {
  const Response response(answer(404, "Content-Length: 5\r\nX: y\r\n"));
  REQUIRE(response.status() == 200);
  CHECK(response->status == 404);
  CHECK(response->reason == "Reason");
  CHECK(response->minor == 1);
  CHECK(response->body == Body{Body::Kind::length, 5});
  CHECK(response->keep_alive);
  CHECK_FALSE(response->tunnel);
  REQUIRE(response->fields.size() == 2);
  CHECK(response->fields[1] == Field{"X", "y", FieldId::other});
}

TEST_CASE("a body ends as status, method and fields say") {
  struct Row {
    int status;
    std::string_view fields;
    Method method;
    Body body, described;
  };
  const Body none, until_close{Body::Kind::until_close}, five{Body::Kind::length, 5};
  const Body chunked{Body::Kind::chunked};
  const Row rows[] = {
      {200, "", Method::get, until_close, none},
      {200, kLength, Method::get, five, none},
      {200, kChunked, Method::post, chunked, none},
      {200, kLength, Method::head, none, five},
      {200, kChunked, Method::head, none, none},
      {200, "", Method::head, none, none},
      {500, kLength, Method::head, none, five},
      {204, "", Method::get, none, none},
      {204, "Content-Length: 0\r\n", Method::get, none, none},
      {304, "", Method::get, none, none},
      {304, kLength, Method::get, none, five},
      {304, kChunked, Method::get, none, none},
      {205, kLength, Method::get, five, none},
      {100, "", Method::post, none, none},
      {103, "Link: </a>\r\n", Method::get, none, none},
      {200, kLength, Method::connect, none, none},
      {200, kChunked, Method::connect, none, none},
      {403, kLength, Method::connect, five, none},
  };
  for (const Row& row : rows) {
    INFO(row.status << " " << row.fields << " " << to_string(row.method));
    const Response response(answer(row.status, row.fields), {.method = row.method});
    REQUIRE(response.status() == 200);
    CHECK(response->body == row.body);
    CHECK(response->described == row.described);
  }
}

TEST_CASE("a connection is used again only when that is certain") {
  struct Row {
    std::string text;
    bool keep_alive;
  };
  const Row rows[] = {
      {answer(200, kLength), true},
      {answer(200, kChunked), true},
      {answer(204), true},
      {answer(200), false},  // until the connection closes
      {answer(200, "Connection: close\r\nContent-Length: 5\r\n"), false},
      {answer(200, kLength, 0), false},
      {answer(200, "Connection: keep-alive\r\nContent-Length: 5\r\n", 0), true},
      {answer(200, "Connection: keep-alive\r\n", 0), false},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const Response response(row.text);
    REQUIRE(response.status() == 200);
    CHECK(response->keep_alive == row.keep_alive);
  }
}

TEST_CASE("a response that could be read in two ways is refused with 502") {
  const std::string rows[] = {
      answer(200, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
      answer(200, "Content-Length: 5\r\nContent-Length: 5\r\n"),
      answer(200, "Content-Length: 5, 5\r\n"),
      answer(200, "Content-Length: +5\r\n"),
      answer(200, "Content-Length: 5x\r\n"),
      answer(200, "Content-Length: 99999999999999999999\r\n"),
      answer(200, "Transfer-Encoding: gzip, chunked\r\n"),
      answer(200, "Transfer-Encoding: identity\r\n"),
      answer(200, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
      answer(200, kChunked, 0),
      answer(304, "Content-Length: 5\r\nContent-Length: 6\r\n"),
      answer(204, kLength),
      answer(204, kChunked),
      answer(100, kLength),
      answer(103, kChunked),
      answer(200, "content_length: 5\r\n"),
      answer(200, "X : y\r\n"),
      answer(200, "X: y\r\n z\r\n"),
      answer(200, ": y\r\n"),
      answer(200, "X: y\n"),
      answer(200, "X: \x01\r\n"),
      "HTTP/1.1 200 OK\nX: y\r\n\r\n",
      "HTTP/1.1 099 OK\r\n\r\n",
      "HTTP/1.1 600 OK\r\n\r\n",
      "HTTP/1.1 2000 OK\r\n\r\n",
      "HTTP/1.1 20 OK\r\n\r\n",
      "HTTP/1.1  200 OK\r\n\r\n",
      "HTTP/2.0 200 OK\r\n\r\n",
      "HTTP/1.2 200 OK\r\n\r\n",
      "HTTP/1.1 200\tOK\r\n\r\n",
      "\r\nHTTP/1.1 200 OK\r\n\r\n",
      "GET / HTTP/1.1\r\n\r\n",
  };
  for (const std::string& text : rows) {
    const Response response(text);
    INFO(text << "\n-> " << response.reason());
    CHECK(response.status() == 502);
  }
}

TEST_CASE("odd but clear status lines are taken") {
  CHECK(Response("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")->reason.empty());
  CHECK(Response("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n")->reason.empty());
  CHECK(Response("HTTP/1.1 599 \xe4\r\nContent-Length: 0\r\n\r\n")->reason == "\xe4");
}

TEST_CASE("protocols are switched only as offered, and by saying to which") {
  const std::string good = answer(101, "Upgrade: websocket\r\nConnection: upgrade\r\n");
  const Response response(good, {.upgrade = true});
  REQUIRE(response.status() == 200);
  CHECK(response->tunnel);
  CHECK(response->upgrade == "websocket");
  CHECK(response->body == Body{});
  CHECK_FALSE(response->keep_alive);
  CHECK_FALSE(response->interim());
  CHECK(Response(good).status() == 502);
  for (const char* fields :
       {"", "Upgrade: x\r\n", "Connection: upgrade\r\n", "Upgrade: x, y\r\nConnection: upgrade\r\n",
        "Upgrade: x\r\nUpgrade: y\r\nConnection: upgrade\r\n",
        "Upgrade: x\r\nConnection: upgrade\r\nContent-Length: 5\r\n"}) {
    INFO(fields);
    CHECK(Response(answer(101, fields), {.upgrade = true}).status() == 502);
  }
  CHECK(Response(answer(101, "Upgrade: x\r\nConnection: upgrade\r\n", 0), {.upgrade = true})
            .status() == 502);
  // An Upgrade field elsewhere is an announcement.
  CHECK(Response(answer(200, "Upgrade: x\r\nContent-Length: 0\r\n"))->upgrade.empty());
}

TEST_CASE("a successful answer to CONNECT is a tunnel") {
  CHECK(Response(answer(200), {.method = Method::connect})->tunnel);
  CHECK_FALSE(Response(answer(403, kLength), {.method = Method::connect})->tunnel);
}
