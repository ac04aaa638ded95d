#include "control/probe.hpp"

#include <catch2/catch.hpp>

#include "proxy/pipe_world.hpp"

using namespace weir;
using namespace weir::control;
using namespace std::chrono_literals;
using lb::ProbeResult;
using test::read_now;
using test::status_now;
using test::write_now;

namespace {

constexpr std::uint16_t kPort = 80;

ProbeOptions http(const std::string& body = "") {
  ProbeOptions options;
  options.type = ProbeOptions::Type::http;
  options.path = "/healthz?full";
  options.host = "b.test";
  options.body = body;
  return options;
}

// A probe with a second to go, and the far end of its connection.
struct Probing {
  explicit Probing(ProbeOptions chosen) : options(std::move(chosen)) {}

  void begin() {
    running.emplace(
        probe(pipes.world, options, test::backend_at(kPort), after(pipes.driver.timers.now(), 1s)));
    pipes.driver.settle();
  }
  io::Stream& backend() { return *pipes.connected.at(0); }
  void answer(std::string_view text) {
    write_now(backend(), text);
    pipes.driver.settle();
  }
  void end() {
    backend().shutdown_write();
    pipes.driver.settle();
  }
  ProbeOutcome outcome() {
    REQUIRE(running->ended());
    return running->take();
  }
  ProbeResult result() { return outcome().result; }

  test::PipeWorld pipes;
  ProbeOptions options;
  std::optional<test::Running<ProbeOutcome>> running;
};

ProbeOutcome answered(const ProbeOptions& options, std::string_view text, bool ends = false) {
  Probing probing(options);
  probing.begin();
  probing.answer(text);
  if (ends) probing.end();
  const ProbeOutcome outcome = probing.outcome();
  read_now(probing.backend());
  const io::IoStatus left = status_now(probing.backend());
  CHECK((left == io::IoStatus::end || left == io::IoStatus::reset));  // it hangs up, whatever came
  return outcome;
}

}  // namespace

TEST_CASE("a TCP probe passes when a connection opens, and closes it") {
  Probing probing{ProbeOptions()};
  probing.begin();
  CHECK(probing.result() == ProbeResult::passed);
  CHECK(status_now(probing.backend()) == io::IoStatus::end);
}

TEST_CASE("a connect that fails says how") {
  for (const auto& [code, result] : {std::pair(ErrorCode::refused, ProbeResult::refused),
                                     std::pair(ErrorCode::unreachable, ProbeResult::unreachable),
                                     std::pair(ErrorCode::reset, ProbeResult::reset),
                                     std::pair(ErrorCode::no_ports, ProbeResult::other)}) {
    Probing probing{ProbeOptions()};
    probing.pipes.broken[kPort] = code;
    probing.begin();
    const ProbeOutcome outcome = probing.outcome();
    CHECK(outcome.result == result);
    CHECK_FALSE(outcome.reason.empty());
  }
}

TEST_CASE("a connect that nobody answers ends at the deadline") {
  Probing probing{http()};
  probing.pipes.broken[kPort] = ErrorCode::timed_out;
  probing.begin();
  probing.pipes.driver.advance(999ms);
  CHECK_FALSE(probing.running->ended());
  probing.pipes.driver.advance(1ms);
  CHECK(probing.result() == ProbeResult::timed_out);
}

TEST_CASE("a probe without a file descriptor waits for one: the backend has done nothing wrong") {
  Probing probing{ProbeOptions()};
  probing.pipes.broken[kPort] = ErrorCode::no_descriptors;
  probing.begin();
  probing.pipes.driver.advance(900ms);
  CHECK_FALSE(probing.running->ended());
  CHECK(probing.pipes.tried.size() == 10);
  SECTION("and passes when there is one") {
    probing.pipes.broken.clear();
    probing.pipes.driver.advance(50ms);
    probing.pipes.driver.advance(49ms);
    CHECK_FALSE(probing.running->ended());
    probing.pipes.driver.advance(1ms);
    CHECK(probing.result() == ProbeResult::passed);
  }
  SECTION("until its deadline") {
    probing.pipes.driver.advance(100ms);
    CHECK(probing.result() == ProbeResult::other);
  }
}

TEST_CASE("an HTTP probe asks for its path at its host") {
  Probing probing{http()};
  probing.begin();
  const std::string request = read_now(probing.backend());
  CHECK_THAT(request, Catch::StartsWith("GET /healthz?full HTTP/1.1\r\nHost: b.test\r\n"));
  CHECK_THAT(request, Catch::Contains("Connection: close\r\n") && Catch::EndsWith("\r\n\r\n"));
}

TEST_CASE("without a host of its own it asks the backend's address") {
  ProbeOptions options = http();
  options.host = "";
  Probing probing{options};
  probing.begin();
  CHECK_THAT(read_now(probing.backend()), Catch::Contains("\r\nHost: 10.0.0.1:80\r\n"));
}

TEST_CASE("the status decides, and both ends of its range are within it") {
  ProbeOptions options = http();
  options.status = {200, 204};
  const auto result_of = [&](const char* status) {
    return answered(options, std::string("HTTP/1.1 ") + status + " X\r\nContent-Length: 0\r\n\r\n")
        .result;
  };
  CHECK(result_of("200") == ProbeResult::passed);
  CHECK(result_of("204") == ProbeResult::passed);
  CHECK(result_of("205") == ProbeResult::wrong_status);
  CHECK(result_of("503") == ProbeResult::wrong_status);
  CHECK(answered(options, "HTTP/1.1 503 X\r\n\r\n").reason == "its status was 503, not 200-204");
}

TEST_CASE("answers of 1xx are not the answer, and do not go on for ever") {
  CHECK(
      answered(http(), "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 H\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")
          .result == ProbeResult::passed);
  std::string many;
  for (int i = 0; i < 9; ++i) many += "HTTP/1.1 103 H\r\n\r\n";
  CHECK(answered(http(), many).result == ProbeResult::malformed);
}

TEST_CASE("what is no proper answer is malformed") {
  CHECK(answered(http(), "SSH-2.0-x\r\n").result == ProbeResult::malformed);
  CHECK(answered(http(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
            .result == ProbeResult::malformed);
  CHECK(answered(http(), "HTTP/1.1 200 OK\r\nContent-", true).result == ProbeResult::malformed);
  CHECK(answered(http(), "", true).result == ProbeResult::malformed);
}

TEST_CASE("an answer that comes byte by byte is the same answer") {
  Probing probing{http("well")};
  probing.begin();
  for (const char c : std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "3\r\nI w\r\n5\r\nell, \r\n0\r\n\r\n")) {
    if (probing.running->ended()) break;
    probing.answer(std::string_view(&c, 1));
  }
  CHECK(probing.result() == ProbeResult::passed);
}

TEST_CASE("the body is searched across its pieces, whatever its framing") {
  CHECK(answered(http("am well"),
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "4\r\nI am\r\n6\r\n well!\r\n")
            .result == ProbeResult::passed);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell").result ==
        ProbeResult::passed);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\n\r\nI am well", true).result ==
        ProbeResult::passed);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\n\r\nI am ill", true).result ==
        ProbeResult::wrong_body);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nillwell").result ==
        ProbeResult::wrong_body);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").result ==
        ProbeResult::wrong_body);
}

TEST_CASE("a body that is cut short or malformed before the text is no sign of health") {
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nI am", true).result ==
        ProbeResult::malformed);
  CHECK(answered(http("well"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")
            .result == ProbeResult::malformed);
}

TEST_CASE("no more of a body is looked at than body_bytes_max") {
  ProbeOptions options = http("well");
  options.body_bytes_max = 10;
  CHECK(answered(options, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n123456well").result ==
        ProbeResult::passed);
  CHECK(answered(options, "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n1234567well").result ==
        ProbeResult::wrong_body);
}

TEST_CASE("without a text to find, the head is enough") {
  CHECK(answered(http(), "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").result ==
        ProbeResult::passed);
}

TEST_CASE("an answer that trickles ends at the deadline all the same") {
  for (const char* start : {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\n\r\nI am"}) {
    Probing probing{http("well")};
    probing.begin();
    probing.answer(start[0] == 0 ? "HTTP" : start);
    for (int i = 0; i < 9; ++i) {
      probing.pipes.driver.advance(100ms);
      REQUIRE_FALSE(probing.running->ended());
    }
    probing.pipes.driver.advance(100ms);
    CHECK(probing.result() == ProbeResult::timed_out);
  }
}

TEST_CASE("a reset is told") {
  Probing probing{http()};
  probing.begin();
  probing.backend().abort();
  probing.pipes.driver.settle();
  CHECK(probing.result() == ProbeResult::reset);
}

TEST_CASE("a probe that is given up closes its connection") {
  Probing probing{http()};
  probing.begin();
  probing.running.reset();
  read_now(probing.backend());
  CHECK(status_now(probing.backend()) == io::IoStatus::end);
}
