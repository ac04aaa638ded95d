#include "sim/model/http_backend.hpp"

#include <catch2/catch.hpp>

#include "sim/model/http_notes.hpp"

using namespace weir;
using namespace weir::sim::model;
using namespace std::chrono_literals;
using weir::sim::model::test::HttpTalk;
using What = HttpTrouble::What;

namespace {

HttpBackendOptions troubled(HttpTrouble trouble) {
  HttpBackendOptions options;
  options.troubles = {trouble};
  return options;
}

HttpClientOptions asking(std::uint32_t requests) {
  HttpClientOptions options;
  options.requests = requests;
  options.patience = 20s;
  return options;
}

HttpClientOptions posting(std::uint32_t requests) {
  HttpClientOptions options = asking(requests);
  options.post = Ratio{1, 1};
  return options;
}

const std::string kGet =
    "GET /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\nWeir-Answer: 2\r\n\r\n";

// A backend whose client is the test.
struct Served : HttpTalk {
  explicit Served(const HttpBackendOptions& options = {}) {
    serve_with(options);
    connect();
  }
};

}  // namespace

TEST_CASE("a backend tells of each request when it begins to act on it") {
  HttpBackendOptions options;
  options.service = Law::fixed(1s);
  Served talk(options);
  talk.send(
      "POST /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\nWeir-Answer: 2\r\n"
      "Content-Length: 1\r\n\r\n");
  CHECK(talk.http.processed.empty());
  std::byte byte{};
  Payload(0, 0, Way::up).fill(std::span(&byte, 1), 0);
  talk.send(as_text(std::span(&byte, 1)));
  REQUIRE(talk.http.processed.size() == 1);
  CHECK(talk.http.processed[0].tag == HttpTag{0, 0});
  CHECK(talk.http.processed[0].method == HttpMethod::post);
  CHECK(talk.http.processed[0].body_complete);
  CHECK(talk.read().empty());
  talk.run(1s);
  CHECK_THAT(talk.read(), Catch::StartsWith("HTTP/1.1 200 OK\r\n") &&
                              Catch::Contains("Weir-Request: 0/0\r\nWeir-Received: 1/"));
}

TEST_CASE("what is no request of a client is told, with its story") {
  struct Wrong {
    const char* request;
    const char* story;
  };
  const Wrong wrong = GENERATE(values<Wrong>({
      {"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", "\"/smuggled\" without a tag"},
      {"GET /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: x\r\n\r\n", "the tag \"x\""},
      {"GET /?0/1 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\n\r\n", "request 0/0 has target"},
      {"GET /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\n\r\n", "asks for nothing"},
      {"PUT /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\n\r\n", "the method PUT"},
      {"GET /?0/0 HTTP/1.1\nHost: a\r\n\r\n", "a malformed request: a line that ends with a bare"},
      {"POST /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\nWeir-Answer: 2\r\n"
       "Content-Length: 12\r\n\r\nxxxxxxxxxxxx",
       "request 0/0: wrong from byte 0 on"},
      {"POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "a probe with a body"},
  }));
  Served talk;
  talk.send(wrong.request);
  INFO(wrong.request);
  REQUIRE(talk.http.wrong_requests.size() == 1);
  CHECK_THAT(talk.http.wrong_requests[0], Catch::Contains(wrong.story));
  CHECK(talk.read() == "(reset)");
}

TEST_CASE("a request that is cut short is nobody's fault and is not acted on") {
  Served talk;
  talk.send(
      "POST /?0/0 HTTP/1.1\r\nHost: a\r\nWeir-Request: 0/0\r\nWeir-Answer: 2\r\n"
      "Content-Length: 9\r\n\r\n");
  talk.stream->shutdown_write();
  talk.run(1s);
  CHECK(talk.http.nothing_wrong());
  CHECK(talk.http.processed.empty());
}

TEST_CASE("only so many requests are worked on at once, and the queue has an end") {
  HttpBackendOptions options;
  options.service = Law::fixed(1s);
  options.slots = {.at_once = 2, .queue_max = 3};
  HttpClientOptions client = asking(1);
  client.connections = 10;
  HttpTalk talk(options, client);
  talk.run(500ms);
  CHECK(talk.http.processed.size() == 2);
  CHECK(talk.http.count(Outcome::error_answer) == 5);
  talk.run(2s);
  CHECK(talk.http.count(Outcome::complete) == 4);
  talk.run(1s);
  CHECK(talk.http.count(Outcome::complete) == 5);
  CHECK(talk.http.processed.size() == 5);
}

TEST_CASE("a backend works on requests whose clients have given up") {
  HttpBackendOptions options;
  options.service = Law::fixed(1s);
  options.slots.at_once = 1;
  HttpClientOptions client = asking(1);
  client.connections = 5;
  client.patience = 500ms;
  HttpTalk talk(options, client);
  talk.run();
  CHECK(talk.http.count(Outcome::gave_up) == 5);
  CHECK(talk.http.processed.size() == 5);
}

TEST_CASE("an idle connection is closed, a busy one is not") {
  HttpBackendOptions options;
  options.keep_alive = 1s;
  Served talk(options);
  talk.run(900ms);
  talk.send(kGet);
  CHECK_THAT(talk.read(), Catch::StartsWith("HTTP/1.1 200 OK"));
  talk.run(900ms);
  CHECK(talk.read().empty());
  talk.run(200ms);
  CHECK(talk.read() == "(end)");
}

TEST_CASE("the last request of a connection is answered with Connection: close") {
  HttpBackendOptions options;
  options.requests_max = 2;
  Served talk(options);
  talk.send(kGet);
  CHECK_THAT(talk.read(), !Catch::Contains("Connection: close"));
  talk.send(kGet);
  CHECK_THAT(talk.read(), Catch::Contains("Connection: close\r\n") && Catch::EndsWith("(end)"));
}

TEST_CASE("a backend is cold after each start") {
  HttpBackendOptions options;
  options.service = Law::fixed(10ms);
  options.cold_for = 1s;
  options.cold_factor = 20;
  Served talk(options);
  talk.send(kGet);
  talk.run(100ms);
  CHECK(talk.read().empty());
  talk.run(1s);
  CHECK_FALSE(talk.read().empty());
  talk.send(kGet);
  talk.run(20ms);
  CHECK_FALSE(talk.read().empty());
  talk.far.crash();
  talk.far.restart();
  talk.run(10ms);
  talk.connect();
  talk.send(kGet);
  talk.run(100ms);
  CHECK(talk.read().empty());
}

TEST_CASE("probes are answered, and fail apart from the data") {
  Served talk;
  const std::string probe = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n";
  SECTION("well") {
    talk.send(probe);
    CHECK_THAT(talk.read(), Catch::StartsWith("HTTP/1.1 200 OK"));
    CHECK(talk.http.probes == 1);
    CHECK(talk.http.processed.empty());
  }
  SECTION("well, while the data is bad: gray") {
    Served gray(troubled({.what = What::error, .status = 500}));
    gray.send(probe);
    CHECK_THAT(gray.read(), Catch::StartsWith("HTTP/1.1 200"));
    gray.send(kGet);
    CHECK_THAT(gray.read(), Catch::StartsWith("HTTP/1.1 500"));
  }
  SECTION("badly, while the data is well") {
    Served sick(troubled({.what = What::error, .on = HttpTrouble::On::probes}));
    sick.send(probe);
    CHECK_THAT(sick.read(), Catch::StartsWith("HTTP/1.1 503"));
    sick.send(kGet);
    CHECK_THAT(sick.read(), Catch::StartsWith("HTTP/1.1 200"));
  }
}

TEST_CASE("a trouble has a share of the requests, and a time") {
  SECTION("a share") {
    HttpTalk talk(troubled({.what = What::error, .share = {1, 4}}), asking(400));
    talk.run();
    CHECK(talk.http.count(Outcome::error_answer) > 60);
    CHECK(talk.http.count(Outcome::error_answer) < 140);
    CHECK(talk.http.ends.size() == 400);
  }
  SECTION("a time") {
    HttpClientOptions client = asking(10);
    client.think = Law::fixed(1s);
    HttpTalk talk(troubled({.what = What::error, .from = 2500ms, .until = 5500ms}), client);
    talk.run();
    CHECK(talk.http.count(Outcome::error_answer) == 3);
  }
}

TEST_CASE("slow, stalled and interim answers come late, never, and after others") {
  SECTION("slow") {
    HttpTalk talk(troubled({.what = What::slow, .extra = Law::fixed(2s)}), asking(1));
    talk.run(1900ms);
    CHECK(talk.http.ends.empty());
    talk.run(200ms);
    CHECK(talk.http.count(Outcome::complete) == 1);
  }
  SECTION("stalled") {
    HttpTalk talk(troubled({.what = What::stall}), asking(1));
    talk.run();
    CHECK(talk.http.count(Outcome::gave_up) == 1);
    CHECK(talk.http.processed.size() == 1);
  }
  SECTION("interim") {
    HttpTalk talk(troubled({.what = What::interim, .interims = 3}), asking(5));
    talk.run();
    CHECK(talk.http.count(Outcome::complete) == 5);
    Served served(troubled({.what = What::interim, .interims = 2}));
    served.send(kGet);
    CHECK_THAT(served.read(), Catch::StartsWith("HTTP/1.1 103") &&
                                  Catch::Contains("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK"));
  }
}

TEST_CASE("malformed answers are seen by the client, each of them") {
  for (std::size_t i = 1; i < kHttpMalformed; ++i) {
    const HttpMalformed how = static_cast<HttpMalformed>(i);
    HttpTalk talk(troubled({.what = What::malformed, .how = how}), asking(1));
    talk.run();
    INFO(to_string(how));
    CHECK(talk.http.wrong_answers.size() == 1);
    CHECK(talk.http.count(Outcome::corrupt) == 1);
    CHECK(talk.http.wrong_requests.empty());
  }
}

TEST_CASE("an early answer comes before the body is read, and the connection goes on") {
  HttpClientOptions client = posting(3);
  client.request_bytes = Sizes{1 << 20, 1 << 20};
  HttpTalk talk(troubled({.what = What::early}), client);
  talk.run();
  CHECK(talk.http.count(Outcome::complete) == 3);
  CHECK(talk.notes.connections == 1);
  REQUIRE(talk.http.processed.size() == 3);
  CHECK_FALSE(talk.http.processed[0].body_complete);
  CHECK(talk.http.nothing_wrong());
}

TEST_CASE("an answer breaks off at its byte") {
  const What what = GENERATE(What::close, What::reset);
  const std::uint64_t at = GENERATE(std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{150});
  HttpTalk talk(troubled({.what = what, .at = at}), asking(2));
  talk.run();
  CHECK(talk.http.count(what == What::close ? Outcome::cut_short : Outcome::reset) == 2);
  CHECK(talk.http.nothing_wrong());
  CHECK(talk.notes.connections == 2);
  Served served(troubled({.what = What::close, .at = at}));
  served.send(kGet);
  CHECK(served.read().size() <= at + std::string_view("(end)").size());
}

TEST_CASE("a truncated answer promises more than comes") {
  HttpBackendOptions options = troubled({.what = What::truncate});
  options.answers = GENERATE(HttpAnswers::length, HttpAnswers::chunked, HttpAnswers::until_end);
  HttpClientOptions client = asking(5);
  client.head = Ratio{1, 2};
  client.answer_bytes = Sizes{0, 3};
  HttpTalk talk(options, client);
  talk.run();
  CHECK(talk.http.count(Outcome::cut_short) == 5);
  CHECK(talk.http.nothing_wrong());
}

TEST_CASE("unsolicited bytes follow the answer, and a request after them is told") {
  HttpTalk talk(troubled({.what = What::unsolicited}), asking(1));
  talk.run();
  CHECK(talk.http.count(Outcome::complete) == 1);
  CHECK(talk.http.wrong_answers == std::vector<std::string>{"bytes that nobody asked for"});
  Served served(troubled({.what = What::unsolicited}));
  served.send(kGet);
  served.send(kGet);
  REQUIRE(served.http.wrong_requests.size() == 1);
  CHECK_THAT(served.http.wrong_requests[0], Catch::Contains("had to be given up"));
}

TEST_CASE("unsolicited bytes come later when told so") {
  Served served(troubled({.what = What::unsolicited, .extra = Law::fixed(1s)}));
  served.send(kGet);
  CHECK_THAT(served.read(),
             Catch::StartsWith("HTTP/1.1 200 OK\r\n") && !Catch::Contains("unwanted"));
  served.run(500ms);
  CHECK(served.read().empty());
  served.run(1s);
  CHECK_THAT(served.read(), Catch::EndsWith("unwanted\n"));
}

TEST_CASE("an HTTP backend that does not listen refuses") {
  HttpBackendOptions options;
  options.listens = false;
  HttpTalk talk(options, asking(2));
  talk.run();
  CHECK(talk.http.count(Outcome::refused) == 2);
}

TEST_CASE("the same seed gives the same run, another another") {
  HttpBackendOptions backend = troubled({.what = What::error, .share = {1, 3}});
  backend.service = Law::exponential(5ms);
  backend.answers = HttpAnswers::any;
  HttpClientOptions client = asking(50);
  client.post = Ratio{1, 3};
  client.think = Law::exponential(1ms);
  const auto hash = [&](std::uint64_t seed) {
    HttpTalk talk(backend, client, seed);
    talk.run();
    CHECK(talk.http.nothing_wrong());
    return talk.kernel.trace().hash();
  };
  CHECK(hash(1) == hash(1));
  CHECK(hash(1) != hash(2));
}
