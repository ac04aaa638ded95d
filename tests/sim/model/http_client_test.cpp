#include "sim/model/http_client.hpp"

#include <catch2/catch.hpp>

#include "sim/model/http_notes.hpp"

using namespace weir;
using namespace weir::sim::model;
using namespace std::chrono_literals;
using weir::sim::model::test::HttpTalk;

namespace {

constexpr std::uint64_t kBig = 300 * 1024;  // more than the kernels' buffers take at once

// A client of one GET whose peer is the test.
struct Asked : HttpTalk {
  explicit Asked(HttpClientOptions options = {}) {
    listen();
    options.patience = 5s;
    ask_with(options);
    accept();
    run(10ms);
    request = read();
  }
  std::string request;
};

}  // namespace

TEST_CASE("requests of every kind and size are answered whole, over one connection") {
  const std::uint64_t bytes = GENERATE(std::uint64_t{0}, std::uint64_t{100}, kBig);
  const HttpAnswers answers = GENERATE(HttpAnswers::length, HttpAnswers::chunked);
  const std::uint32_t pipeline = GENERATE(1u, 4u);
  HttpBackendOptions backend;
  backend.answers = answers;
  HttpClientOptions client;
  client.requests = 20;
  client.pipeline = pipeline;
  client.post = Ratio{1, 2};
  client.head = Ratio{1, 4};
  client.chunked = Ratio{1, 2};
  client.request_bytes = client.answer_bytes = Sizes{bytes, bytes};
  HttpTalk talk(backend, client);
  talk.run();
  INFO(bytes << " bytes, pipeline " << pipeline);
  CHECK(talk.http.nothing_wrong());
  CHECK(talk.http.count(Outcome::complete) == 20);
  CHECK(talk.http.processed.size() == 20);
  CHECK(talk.notes.connections == 1);
  CHECK(talk.notes.cleanly_count == 1);
  CHECK(talk.client->done);
  CHECK(talk.network.connections() == 0);
  CHECK((bytes == 0 || talk.http.bytes_up >= bytes));
}

TEST_CASE("a connection that ends with each answer is made anew for each request") {
  HttpBackendOptions backend;
  SECTION("because the answer ends with it") { backend.answers = HttpAnswers::until_end; }
  SECTION("because the backend says so") { backend.requests_max = 1; }
  HttpClientOptions client;
  client.requests = 5;
  HttpTalk talk(backend, client);
  talk.run();
  CHECK(talk.http.nothing_wrong());
  CHECK(talk.http.count(Outcome::complete) == 5);
  CHECK(talk.notes.connections == 5);
  CHECK(talk.notes.cleanly_count == 5);
}

TEST_CASE("pipelined requests are under way together and answered in order") {
  HttpBackendOptions backend;
  backend.service = Law::fixed(10ms);
  HttpClientOptions client;
  client.requests = 6;
  client.pipeline = 3;
  HttpTalk talk(backend, client);
  talk.run(5ms);
  CHECK(talk.http.begun.size() == 3);
  talk.run();
  CHECK(talk.http.count(Outcome::complete) == 6);
  REQUIRE(talk.http.processed.size() == 6);
  for (std::uint32_t i = 0; i < 6; ++i) CHECK(talk.http.processed[i].tag.request == i);
}

TEST_CASE("fields that are for one hop are sent when asked for, and told by whoever gets them") {
  HttpBackendOptions backend;
  HttpClientOptions client;
  SECTION("none are") {
    HttpTalk talk(backend, client);
    talk.run();
    CHECK(talk.http.nothing_wrong());
  }
  SECTION("the client's reach the backend") {
    client.hop_fields = true;
    HttpTalk talk(backend, client);
    talk.run();
    REQUIRE(talk.http.wrong_requests.size() == 1);
    CHECK_THAT(talk.http.wrong_requests[0], Catch::Contains("the field weir-hop, which was for"));
  }
  SECTION("the backend's reach the client") {
    backend.hop_fields = true;
    HttpTalk talk(backend, client);
    talk.run();
    REQUIRE(talk.http.wrong_answers.size() == 1);
    CHECK_THAT(talk.http.wrong_answers[0], Catch::Contains("the field weir-hop, which was for"));
  }
}

TEST_CASE("a client with keys tells which one each request has") {
  HttpClientOptions client;
  client.requests = 20;
  HttpTalk keyless(HttpBackendOptions(), client);
  keyless.run();
  CHECK(keyless.http.keys.empty());
  client.keys = 3;
  HttpTalk talk(HttpBackendOptions(), client);
  talk.run();
  CHECK(talk.http.keys.size() == 20);
  CHECK(std::ranges::all_of(talk.http.keys, [](std::uint64_t key) { return key < 3; }));
}

TEST_CASE("a POST that expects 100 sends its body after it") {
  HttpClientOptions client;
  client.post = Ratio{1, 1};
  client.expect_continue = true;
  SECTION("when it comes") {
    HttpTalk talk(HttpBackendOptions(), client);
    talk.run(100ms);
    CHECK(talk.http.count(Outcome::complete) == 1);
    CHECK(talk.http.bytes_up == 100);
  }
  SECTION("or after a second") {
    Asked talk(client);
    CHECK_THAT(talk.request,
               Catch::Contains("Expect: 100-continue") && Catch::EndsWith("\r\n\r\n"));
    talk.run(900ms);
    CHECK(talk.read().empty());
    talk.run(200ms);
    CHECK(talk.read().size() == 100);
  }
  SECTION("and not at all when it is refused first") {
    Asked talk(client);
    talk.send("HTTP/1.1 417 No\r\nProxy-Status: weir\r\nContent-Length: 0\r\n\r\n");
    talk.run(3s);
    CHECK(talk.read() == "(end)");
    CHECK(talk.http.count(Outcome::error_answer) == 1);
  }
}

TEST_CASE("an open load of requests does not wait for answers, a closed one does") {
  HttpBackendOptions backend;
  backend.service = Law::fixed(1s);
  HttpClientOptions client;
  client.connections = 50;
  SECTION("open") {
    client.load = Load::open;
    client.every = Law::exponential(10ms);
    HttpTalk talk(backend, client);
    talk.run(1s);
    CHECK(talk.http.begun.size() == 50);
    CHECK(talk.http.ends.size() < 10);
  }
  SECTION("closed") {
    client.load = Load::closed;
    client.users = 5;
    HttpTalk talk(backend, client);
    talk.run(2500ms);
    CHECK(talk.http.begun.size() == 15);
  }
}

TEST_CASE("what the network does to a request is its outcome") {
  HttpClientOptions client;
  client.patience = 2s;
  SECTION("refused") {
    HttpTalk talk;
    talk.ask_with(client);
    talk.run();
    CHECK(talk.http.count(Outcome::refused) == 1);
  }
  SECTION("no answer") {
    Asked talk;
    talk.run();
    CHECK(talk.http.count(Outcome::gave_up) == 1);
    CHECK(talk.read() == "(reset)");
  }
  SECTION("a reset") {
    Asked talk;
    talk.stream->abort();
    talk.run();
    CHECK(talk.http.count(Outcome::reset) == 1);
  }
  SECTION("a clean end before the answer") {
    Asked talk;
    talk.stream->shutdown_write();
    talk.run();
    CHECK(talk.http.count(Outcome::cut_short) == 1);
  }
  SECTION("an end within the answer") {
    Asked talk;
    talk.send("HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nContent-Length: 100\r\n\r\n");
    talk.stream->shutdown_write();
    talk.run();
    CHECK(talk.http.count(Outcome::cut_short) == 1);
    CHECK(talk.http.nothing_wrong());
  }
  SECTION("its own process dies") {
    Asked talk;
    talk.near.crash();
    talk.run();
    CHECK(talk.http.count(Outcome::abandoned) == 1);
  }
}

TEST_CASE("an answer that says no is told with its status and whose it is") {
  Asked talk;
  SECTION("a backend's") {
    talk.send("HTTP/1.1 500 No\r\nWeir-Request: 0/0\r\nContent-Length: 2\r\n\r\nno");
    talk.run();
    CHECK_FALSE(talk.http.ends.at(0).own_answer);
    CHECK(talk.http.ends.at(0).status == 500);
  }
  SECTION("the proxy's") {
    talk.send("HTTP/1.1 504 No\r\nProxy-Status: weir; error=x\r\nContent-Length: 2\r\n\r\nno");
    talk.run();
    CHECK(talk.http.ends.at(0).own_answer);
    CHECK(talk.http.ends.at(0).status == 504);
  }
  CHECK(talk.http.count(Outcome::error_answer) == 1);
  CHECK(talk.http.nothing_wrong());
}

TEST_CASE("an answer that is not the right one is told, with its story") {
  struct Wrong {
    const char* answer;
    const char* story;
  };
  const std::string wrong_body(100, 'x');
  const Wrong wrong = GENERATE_COPY(values<Wrong>({
      {"HTTP/1.1 200 OK\r\nWeir-Request: 7/0\r\nContent-Length: 100\r\n\r\n", "the answer to 7/0"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "neither a backend's nor"},
      {"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n", "neither a backend's nor"},
      {"HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nContent-Length: 99\r\n\r\n",
       "an answer of 99 bytes, not 100"},
      {"HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
       "looks complete after 0 of 100"},
      {"HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nWeir-Received: 5/1\r\nContent-Length: 100\r\n\r\n",
       "a backend received 5/1"},
      {"HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nContent-Length: 100\r\n\r\nxxxxxxxxxxxx",
       "wrong from byte 0 on"},
      {"HTTP/1.1 302 OK\r\nWeir-Request: 0/0\r\nContent-Length: 0\r\n\r\n", "the status 302"},
      {"HTTP/1.1 200 OK\nWeir-Request: 0/0\r\n\r\n", "a malformed answer"},
      {"HTTP/1.1 101 Now\r\n\r\n", "101"},
  }));
  Asked talk;
  talk.send(wrong.answer);
  talk.run();
  INFO(wrong.answer);
  REQUIRE(talk.http.wrong_answers.size() == 1);
  CHECK_THAT(talk.http.wrong_answers[0], Catch::Contains(wrong.story));
  CHECK(talk.http.count(Outcome::corrupt) == 1);
}

TEST_CASE("bytes that nobody asked for are told, also while the client thinks") {
  HttpClientOptions options;
  options.requests = 2;
  options.think = Law::fixed(1s);
  Asked talk(options);
  talk.send("HTTP/1.1 500 No\r\nWeir-Request: 0/0\r\nContent-Length: 0\r\n\r\n");
  CHECK(talk.http.nothing_wrong());
  talk.send("HTTP/1.1 408 Late\r\n\r\n");
  CHECK(talk.http.wrong_answers == std::vector<std::string>{"bytes that nobody asked for"});
}

TEST_CASE("a connection that ends while the client thinks is left without complaint") {
  HttpBackendOptions backend;
  backend.keep_alive = 500ms;
  HttpClientOptions client;
  client.requests = 3;
  client.think = Law::fixed(1s);
  HttpTalk talk(backend, client);
  talk.run();
  CHECK(talk.http.count(Outcome::complete) == 3);
  CHECK(talk.notes.connections == 3);
  CHECK(talk.http.nothing_wrong());
}

TEST_CASE("interim answers are passed over, but not without end") {
  Asked talk;
  for (int i = 0; i < 16; ++i) talk.send("HTTP/1.1 103 Hints\r\nLink: x\r\n\r\n");
  CHECK(talk.http.ends.empty());
  SECTION("sixteen are well") {
    talk.send("HTTP/1.1 500 No\r\nWeir-Request: 0/0\r\nContent-Length: 0\r\n\r\n");
    CHECK(talk.http.count(Outcome::error_answer) == 1);
  }
  SECTION("seventeen are not") {
    talk.send("HTTP/1.1 103 Hints\r\n\r\n");
    CHECK(talk.http.count(Outcome::corrupt) == 1);
  }
}

TEST_CASE("a client with trouble breaks off within its request") {
  HttpClientOptions client;
  client.post = Ratio{1, 1};
  client.requests = 3;
  client.patience = 3s;
  client.manners.trouble.after_sent = 130;
  client.manners.trouble.how = GENERATE(Trouble::How::reset, Trouble::How::end);
  HttpTalk talk(HttpBackendOptions(), client);
  talk.run();
  CHECK(talk.http.count(Outcome::quit) == 1);
  CHECK(talk.http.ends.size() == 1);
  CHECK(talk.http.processed.empty());
  CHECK(talk.http.nothing_wrong());
}

TEST_CASE("slow clients send and read at their rate") {
  HttpClientOptions client;
  client.post = Ratio{1, 1};
  client.request_bytes = client.answer_bytes = Sizes{10'000, 10'000};
  client.manners.send_rate = client.manners.read_rate = 10'000;
  HttpTalk talk(HttpBackendOptions(), client);
  talk.run(1900ms);
  CHECK(talk.http.ends.empty());
  talk.run(500ms);
  CHECK(talk.http.count(Outcome::complete) == 1);
  CHECK(talk.http.ends[0].slowed);
}

TEST_CASE("keys are in the path, a field and a cookie") {
  HttpClientOptions options;
  options.keys = 1;
  const Asked talk(options);
  CHECK_THAT(talk.request, Catch::StartsWith("GET /k0?0/0 HTTP/1.1\r\nHost: weir.test\r\n") &&
                               Catch::Contains("Weir-Key: k0\r\nCookie: weir=k0\r\n"));
}

TEST_CASE("an attack is well refused, and badly answered otherwise") {
  HttpClientOptions options;
  options.attack = HttpAttack::any;
  Asked talk(options);
  CHECK_THAT(talk.request, Catch::Contains("GET /smuggled"));
  const std::string refusal = "HTTP/1.1 400 No\r\nProxy-Status: weir\r\nContent-Length: 0\r\n\r\n";
  SECTION("a refusal and the end") {
    talk.send(refusal);
    talk.stream->shutdown_write();
    talk.run();
    CHECK(talk.http.count(Outcome::quit) == 1);
    CHECK(talk.http.ends[0].status == 400);
    CHECK(talk.http.nothing_wrong());
    CHECK(talk.notes.cleanly_count == 1);
  }
  SECTION("an end without a word") {
    talk.stream->abort();
    talk.run();
    CHECK(talk.http.count(Outcome::quit) == 1);
    CHECK(talk.http.nothing_wrong());
  }
  SECTION("two answers") {
    talk.send(refusal + refusal);
    talk.run();
    CHECK(talk.http.wrong_answers ==
          std::vector<std::string>{"a second answer to an ambiguous request"});
  }
  SECTION("an acceptance") {
    talk.send("HTTP/1.1 200 OK\r\nWeir-Request: 0/0\r\nContent-Length: 0\r\n\r\n");
    talk.run();
    CHECK(talk.http.wrong_answers ==
          std::vector<std::string>{"an ambiguous request was answered 200"});
  }
}
