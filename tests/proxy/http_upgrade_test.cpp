// Upgrades: after a 101 an exchange is a tunnel, until both sides have ended.

#include <catch2/catch.hpp>

#include "proxy/http_rig.hpp"

using namespace std::chrono_literals;
using namespace weir;
using namespace weir::proxy;
using namespace weir::test;

namespace {

const std::string kOffer = get("/ws", "Upgrade: websocket\r\nConnection: upgrade\r\n");
const std::string kSwitch =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n";

struct Tunnel : HttpRig {
  void open(std::string_view early_up = "", std::string_view early_down = "") {
    client = knock();
    say(*client, kOffer + std::string(early_up));
    CHECK(hear(backend(0)) == kOffer);
    say(backend(0), kSwitch + std::string(early_down));
    CHECK(hear(*client) == kSwitch + std::string(early_down));
  }
  std::unique_ptr<io::Stream> client;
};

}  // namespace

TEST_CASE("after a 101 bytes flow in both directions, those that came early included") {
  Tunnel rig;
  rig.open("early up", "early down");
  CHECK(rig.hear(rig.backend(0)) == "early up");
  rig.say(*rig.client, get("/not-a-request"));
  CHECK(rig.hear(rig.backend(0)) == get("/not-a-request"));
  rig.say(rig.backend(0), "0\r\n\r\n");
  CHECK(rig.hear(*rig.client) == "0\r\n\r\n");
}

TEST_CASE("each direction of a tunnel ends by itself, and with both the tunnel") {
  const bool client_first = GENERATE(true, false);
  Tunnel rig;
  rig.open();
  io::Stream& one = client_first ? *rig.client : rig.backend(0);
  io::Stream& other = client_first ? rig.backend(0) : *rig.client;
  rig.say(one, "last");
  one.shutdown_write();
  CHECK(rig.hear(other) == "last");
  CHECK(rig.status(other) == io::IoStatus::end);
  rig.say(other, "still");
  CHECK(rig.hear(one) == "still");
  CHECK(rig.records.empty());
  rig.say(other, "bye");
  other.shutdown_write();
  CHECK(rig.hear(one) == "bye");
  CHECK(rig.status(one) == io::IoStatus::end);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.end == RequestEnd::upgraded);
  CHECK(rig.record(0).record.status == 101);
  CHECK(rig.proxy().pool(0).open(0) == 0);
  CHECK(rig.at_rest());
}

TEST_CASE("a tunnel loses nothing when one side ends while the other is slow to take") {
  const bool to_client = GENERATE(true, false);
  Tunnel rig;
  rig.open();
  io::Stream& writer = to_client ? rig.backend(0) : *rig.client;
  io::Stream& reader = to_client ? *rig.client : rig.backend(0);
  std::string sent;
  for (int i = 0; i < 3; ++i) {  // one pipe is full, one queue holds some
    const std::string some(PipeWorld::kPipeBytes, static_cast<char>('a' + i));
    rig.say(writer, some);
    sent += some;
  }
  writer.shutdown_write();
  reader.shutdown_write();
  rig.pipes.driver.settle();
  CHECK(rig.hear(reader) == sent);
  CHECK(rig.status(reader) == io::IoStatus::end);
  CHECK(rig.at_rest());
  CHECK(rig.record(0).record.end == RequestEnd::upgraded);
}

TEST_CASE("a reset of one side of a tunnel resets the other") {
  const bool client_begins = GENERATE(true, false);
  const bool half_closed = GENERATE(true, false);
  Tunnel rig;
  rig.open();
  io::Stream& one = client_begins ? *rig.client : rig.backend(0);
  io::Stream& other = client_begins ? rig.backend(0) : *rig.client;
  if (half_closed) one.shutdown_write();
  rig.pipes.driver.settle();
  one.abort();
  rig.pipes.driver.settle();
  if (half_closed) {  // it is noticed by the next byte that cannot be delivered
    rig.hear(other);
    rig.say(other, "x");
    rig.pipes.driver.settle();
  }
  rig.hear(other);
  REQUIRE(rig.records.size() == 1);
  // What was said last reached nobody: that is no proper end, whichever side it was.
  CHECK(rig.record(0).record.end ==
        (client_begins ? RequestEnd::client_gone : RequestEnd::truncated));
  if (!half_closed) CHECK(rig.status(other) == io::IoStatus::reset);
  CHECK(rig.balance.in_flight() == 0);
  CHECK(rig.proxy().pool(0).open(0) == 0);
}

TEST_CASE("a tunnel in which no byte moves ends after its own timeout") {
  Tunnel rig;
  rig.options.timeouts.tunnel_idle = 100s;
  rig.open();
  rig.pipes.driver.advance(99s);
  rig.say(*rig.client, "x");
  rig.pipes.driver.advance(99s);
  rig.say(rig.backend(0), "x");
  rig.pipes.driver.advance(99s);
  CHECK(rig.records.empty());
  rig.pipes.driver.advance(1s);
  REQUIRE(rig.records.size() == 1);
  CHECK(rig.record(0).record.status == 101);
  CHECK(rig.record(0).record.end == RequestEnd::client_timeout);
  CHECK(rig.at_rest());
}

TEST_CASE("limits of bodies and their rate are not those of tunnels") {
  Tunnel rig;
  rig.options.limits.body_bytes_max = 10;
  rig.open();
  for (int i = 0; i < 5; ++i) {
    rig.say(*rig.client, "0123456789");
    rig.say(rig.backend(0), "9876543210");
    CHECK(rig.hear(rig.backend(0)) == "0123456789");
    CHECK(rig.hear(*rig.client) == "9876543210");
    rig.pipes.driver.advance(60s);
  }
}

TEST_CASE("an upgrade that is not taken is a request like others") {
  HttpRig rig;
  auto client = rig.knock();
  rig.say(*client, kOffer + get("/next"));
  CHECK(rig.hear(rig.backend(0)) == kOffer);
  rig.say(rig.backend(0), answer("no"));
  CHECK(rig.hear(*client) == answer("no"));
  CHECK(rig.hear(rig.backend(0)) == get("/next"));
}

TEST_CASE("a tunnel that is cancelled resets both sides") {
  Tunnel rig;
  rig.open();
  rig.cancel();
  CHECK(rig.status(*rig.client) == io::IoStatus::reset);
  CHECK(rig.status(rig.backend(0)) == io::IoStatus::reset);
  CHECK(rig.record(0).record.end == RequestEnd::cancelled);
}
