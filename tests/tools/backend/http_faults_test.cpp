// The HTTP backend over streams that fail at every place, move few bytes, or are cancelled.

#include <catch2/catch.hpp>

#include "fixture.hpp"

namespace weir::backend {
namespace {

using namespace std::chrono_literals;
using test::Backend;
using test::Client;
using test::Faults;
using test::get;

// Answered by the same bytes however they are cut.
const std::string kSteady = get("/") + get("/bytes/20000") + get("/bytes/20000?chunked=1") +
                            "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345" +
                            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody" +
                            get("/slow?ms=5") +
                            "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

// The chunks of this echo are what the reads happen to bring.
const std::string kRequests =
    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n" +
    kSteady;

// Everything that a client reads.
std::string answers(Backend& backend, Client& client) {
  client.send(kSteady);
  std::string all;
  for (int turn = 0; turn < 100 && !client.ended(); ++turn) {
    all += client.receive();
    backend.driver.advance(1ms);
  }
  return all + client.receive();
}

TEST_CASE("answers are the same when bytes come and go one at a time", "[backend]") {
  Backend backend;
  Client plain(backend);
  const std::string expected = answers(backend, plain);
  CHECK(plain.ended());
  for (const std::size_t step : {1UL, 7UL, 5000UL}) {
    Faults faults;
    faults.step_bytes_max = step;
    Client client(backend, Client::kRoomy, faults);
    const bool same = answers(backend, client) == expected;
    CHECK(same);
    CHECK(client.ended());
  }
}

// Runs kRequests over a stream with these faults; returns the operations until shortly before the
// end.
std::size_t run_with(const Faults& faults) {
  Backend backend;
  Client client(backend, 1 << 20, faults);
  client.send(kRequests);
  std::size_t operations = 0;
  for (int turn = 0; turn < 100 && !client.ended(); ++turn) {
    operations = client.served().operations();
    client.receive();
    backend.driver.advance(1ms);
  }
  CHECK(client.ended());
  CHECK(backend.buffers.borrowed() == 0);
  CHECK(backend.driver.timers.size() == 0);
  return operations;
}

TEST_CASE("a connection that fails anywhere ends and leaves nothing behind", "[backend]") {
  Faults faults;
  faults.step_bytes_max = 1500;
  const std::size_t places = run_with(faults);
  CHECK(places > 30);
  for (const auto status : {io::IoStatus::reset, io::IoStatus::end, io::IoStatus::timed_out,
                            io::IoStatus::would_block}) {
    for (std::size_t n = 0; n < places + 10; ++n) {
      INFO("operation " << n << ": " << io::to_string(status));
      faults.fail_at = n;
      faults.status = status;
      run_with(faults);
    }
  }
}

TEST_CASE("a connection is cancelled wherever it waits", "[backend]") {
  const std::vector<std::string> waits = {
      "",
      "GET / HT",
      get("/slow?ms=1000") + get("/"),
      get("/bytes/10000000"),
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n1",
      "nonsense\r\n\r\n",
  };
  for (const std::string& text : waits) {
    INFO(text);
    Backend backend;
    {
      Client client(backend, 10'000);
      client.send(text);
      CHECK_FALSE(client.ended());
    }
    backend.driver.settle();
    CHECK(backend.buffers.borrowed() == 0);
    CHECK(backend.driver.timers.size() == 0);
  }
}

TEST_CASE("random requests never upset the backend", "[backend]") {
  Random random(StreamKey{test::seed(), "requests", 0});
  for (int run = 0; run < 500; ++run) {
    std::string text = kRequests;
    for (int change = 0; change < 3; ++change) {
      const std::size_t at = random.below(text.size());
      text[at] = static_cast<char>(random.below(256));
    }
    Backend backend;
    Client client(backend, 1 << 20);
    client.send(text);
    client.receive();
    backend.driver.advance(10ms);
    client.receive();
    client.close();
    backend.driver.advance(3s);
    CHECK(client.ended());
    CHECK(backend.buffers.borrowed() == 0);
  }
}

}  // namespace
}  // namespace weir::backend
