#include "backend/request_parser.hpp"

#include <catch2/catch.hpp>

#include "base/random.hpp"
#include "support/seed.hpp"

namespace weir::backend {
namespace {

using Event = RequestParser::Event;

// Feeds `text` in pieces and tells what came of it, one word an event: "head", "body(..)",
// "done(..)".
class Feed {
 public:
  std::string all_in_steps_of(std::string_view text, std::size_t step) {
    while (!text.empty() && !refused_) {
      piece(text.substr(0, step));
      text.remove_prefix(std::min(step, text.size()));
    }
    return finish();
  }

  std::string split_at(std::string_view text, std::size_t at) {
    piece(text.substr(0, at));
    piece(text.substr(at));
    return finish();
  }

  RequestParser parser;

 private:
  void piece(std::string_view text) {
    ConstBytes input = as_bytes(text);
    while (!input.empty() && !refused_) {
      const RequestParser::Step step = parser.parse(input);
      input = input.subspan(step.consumed);
      body_ += as_text(step.body);
      if (step.event == Event::head) story_ += "head ";
      if (step.event == Event::complete) {
        if (!body_.empty()) story_ += "body(" + std::exchange(body_, "") + ") ";
        story_ += "done(" + std::string(parser.request().target) + ") ";
      }
      refused_ = step.event == Event::invalid;
    }
  }
  std::string finish() const {
    return refused_ ? story_ + "refused " + std::to_string(parser.refusal().status) : story_;
  }

  std::string story_;
  std::string body_;
  bool refused_ = false;
};

const std::string kMixed =
    "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    "POST /b HTTP/1.1\r\nhOsT: x\r\nContent-Length: 5\r\n\r\n12345"
    "\r\nPUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nHost: trailer\r\n\r\n"
    "POST /d HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
const std::string kMixedStory =
    "done(/a) head body(12345) done(/b) head body(abcdefg) done(/c) done(/d) ";

TEST_CASE("pipelined requests with bodies are told apart at every split", "[backend]") {
  CHECK(Feed().all_in_steps_of(kMixed, kMixed.size()) == kMixedStory);
  CHECK(Feed().all_in_steps_of(kMixed, 1) == kMixedStory);
  for (std::size_t at = 1; at < kMixed.size(); ++at) {
    INFO("split at " << at);
    CHECK(Feed().split_at(kMixed, at) == kMixedStory);
  }
}

TEST_CASE("a connection may bring any number of heads", "[backend]") {
  std::string text;
  std::string story;
  for (int i = 0; i < 400; ++i) {
    text += kMixed;
    story += kMixedStory;
  }
  CHECK(text.size() > RequestParser::kHeadBytesMax);
  const bool same = Feed().all_in_steps_of(text, 7) == story;
  CHECK(same);
}

TEST_CASE("what a head says is known when it is complete", "[backend]") {
  Feed feed;
  const std::string text =
      "POST /x?y=1 HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
      "Content-Length: 9\r\n\r\n";
  CHECK(feed.all_in_steps_of(text, 3) == "head ");
  const Request& request = feed.parser.request();
  CHECK(request.method == Method::post);
  CHECK(request.target == "/x?y=1");
  CHECK(request.content_length == 9);
  CHECK(request.expects_continue);
  CHECK_FALSE(request.keep_alive);
  CHECK_FALSE(request.chunked);
  CHECK(feed.parser.in_request());
}

TEST_CASE("an HTTP/1.0 request is understood and not kept alive", "[backend]") {
  Feed feed;
  CHECK(feed.all_in_steps_of("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 99) == "done(/) ");
  CHECK(feed.parser.request().old_version);
  CHECK_FALSE(feed.parser.request().keep_alive);
}

TEST_CASE("an offer to upgrade is ignored", "[backend]") {
  const std::string text =
      "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
      "GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
  CHECK(Feed().all_in_steps_of(text, text.size()) == "done(/) done(/2) ");
}

TEST_CASE("what cannot be understood is refused with its status", "[backend]") {
  const std::string host = "Host: x\r\n";
  const std::string post = "POST / HTTP/1.1\r\n" + host;
  const std::vector<std::pair<std::string, int>> cases = {
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", 400},
      {"GET / HTTP/2.0\r\n" + host + "\r\n", 505},
      {"GET / HTTP/0.9\r\n" + host + "\r\n", 505},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {post + "Transfer-Encoding: gzip\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
      {post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {post + "Content-Length: x\r\n\r\n", 400},
      {post + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\n", 414},
      {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(40'000, 'a') + "\r\n\r\n", 431},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
  };
  for (const auto& [text, status] : cases) {
    INFO(text.substr(0, 80));
    const std::string refused = "refused " + std::to_string(status);
    CHECK_THAT(Feed().all_in_steps_of(text, 1), Catch::EndsWith(refused));
    CHECK_THAT(Feed().all_in_steps_of(text, text.size()), Catch::EndsWith(refused));
  }
}

TEST_CASE("a head of 32 KiB is the largest that is taken", "[backend]") {
  const std::string begin = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
  const std::string end = "\r\n\r\n";
  const std::size_t room = RequestParser::kHeadBytesMax - begin.size() - end.size();
  const std::string fits = begin + std::string(room, 'a') + end;
  CHECK(Feed().all_in_steps_of(fits + fits, 50'000) == "done(/) done(/) ");
  const std::string larger = begin + std::string(room + 1, 'a') + end;
  CHECK(Feed().all_in_steps_of(larger, 1000) == "refused 431");
}

TEST_CASE("random bytes never upset the parser", "[backend]") {
  Random random(StreamKey{test::seed(), "parser", 0});
  for (int run = 0; run < 2000; ++run) {
    std::string text = kMixed;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = random.below(text.size());
      text[at] = static_cast<char>(random.below(256));
    }
    const std::size_t step = 1 + random.below(40);
    const std::string story = Feed().all_in_steps_of(text, step);
    CHECK(story == Feed().all_in_steps_of(text, text.size()));
  }
}

}  // namespace
}  // namespace weir::backend
