#include "http/own_answer.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "http/reading.hpp"

using namespace weir;
using namespace weir::http;

namespace {

std::string written(const OwnAnswer& answer) {
  std::string out;
  append_own_answer(out, answer);
  return out;
}

constexpr int kStatuses[] = {400, 403, 404, 405, 408, 413, 414, 417, 421,
                             429, 431, 500, 501, 502, 503, 504, 505};

}  // namespace

TEST_CASE("an own answer is complete, and tells people and proxies why") {
  CHECK(written({.status = 400,
                 .details = "the Host field is missing",
                 .date = "Sun, 06 Nov 1994 08:49:37 GMT",
                 .request_id = "x1"}) ==
        "HTTP/1.1 400 Bad Request\r\n"
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: 43\r\n"
        "Cache-Control: no-store\r\n"
        "Proxy-Status: weir; error=http_request_error; details=\"the Host field is missing\"\r\n"
        "X-Request-Id: x1\r\n"
        "Connection: close\r\n"
        "\r\n"
        "400 Bad Request: the Host field is missing\n");
}

TEST_CASE("every status has a phrase, a meaning and an error, and is framed right") {
  for (const int status : kStatuses) {
    INFO(status);
    const auto number = static_cast<std::uint16_t>(status);
    CHECK(!reason_phrase(number).empty());
    CHECK(!to_string(error_for(number)).empty());
    const std::string text = written({.status = number, .keep_alive = true});
    const test::Response response(text);
    REQUIRE(response.status() == 200);
    CHECK(response->status == status);
    CHECK(response->keep_alive);
    const std::size_t body = text.size() - (text.find("\r\n\r\n") + 4);
    CHECK(response->body == Body{Body::Kind::length, body});
    CHECK(body > 20);
  }
}

TEST_CASE("a HEAD gets the head only") {
  const std::string whole = written({.status = 503});
  const std::string head = written({.status = 503, .method = Method::head});
  CHECK(whole.starts_with(head));
  CHECK(head.ends_with("\r\n\r\n"));
}

TEST_CASE("the connection goes on when asked to, in both versions") {
  CHECK(!written({.status = 503, .keep_alive = true}).contains("Connection:"));
  CHECK(written({.status = 503, .minor = 0, .keep_alive = true})
            .contains("\r\nConnection: keep-alive\r\n"));
}

TEST_CASE("a more precise error is told") {
  const std::string text = written({.status = 503,
                                    .error = ProxyError::connection_limit_reached,
                                    .details = "the queue is full",
                                    .retry_after_s = 5});
  CHECK(text.contains("; error=connection_limit_reached; details=\"the queue is full\"\r\n"));
  CHECK(text.contains("\r\nRetry-After: 5\r\n"));
}

TEST_CASE("details are cut and cannot break out of their quotes") {
  const std::string text =
      written({.status = 400, .details = "a\"b\\c\r\nX: y" + std::string(5000, 'z')});
  CHECK(text.size() <= kOwnAnswerBytesMax);
  CHECK(text.contains("details=\"a\\\"b\\\\c??X: yzz"));
  CHECK(test::Response(text).status() == 200);
}

TEST_CASE("each error has a name and the status that RFC 9209 recommends") {
  for (int i = int(ProxyError::none) + 1; i <= int(ProxyError::proxy_loop_detected); ++i) {
    const auto error = static_cast<ProxyError>(i);
    CHECK(!to_string(error).empty());
    CHECK(status_for(error) >= 400);
  }
  CHECK(to_string(ProxyError::dns_timeout) == "dns_timeout");
  CHECK(status_for(ProxyError::connection_refused) == 502);
  CHECK(status_for(ProxyError::connection_timeout) == 504);
  CHECK(to_string(ProxyError::proxy_loop_detected) == "proxy_loop_detected");
  CHECK(error_for(599) == ProxyError::proxy_internal_error);
}
