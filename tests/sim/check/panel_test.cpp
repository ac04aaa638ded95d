#include "sim/check/panel.hpp"

#include <catch2/catch.hpp>

#include "support/driver.hpp"

using namespace weir;
using namespace weir::sim;
using namespace weir::sim::check;
using namespace std::chrono_literals;
using model::Lane;
using model::Outcome;
using model::Way;

namespace {

struct NoProxy final : ProxyProbe {
  std::uint64_t blocks_lent() const override { return blocks; }
  std::uint64_t open_sessions() const override { return sessions; }
  std::uint64_t blocks = 0;
  std::uint64_t sessions = 0;
};

PanelSetup setup() {
  PanelSetup some;
  some.bounds.connect_timeout = 1s;
  some.bounds.idle_timeout = 10s;
  some.bounds.half_close_timeout = 10s;
  some.bounds.drain_timeout = 10s;
  some.bounds.in_flight_up_max = some.bounds.in_flight_down_max = 1000;
  return some;
}

struct Rig {
  // One connection with its upward lane, on which 100 bytes were sent.
  Rig() {
    connection = panel.connecting(1);
    panel.connected(connection, Endpoint{.port = 40'000});
    panel.exchange_begun(connection, 0);
    up = &panel.open_lane(connection, Way::up, 1);
    panel.sent(*up, 100);
  }

  const OracleReport report_of(const std::string& name) {
    Verdict verdict;
    panel.report(verdict);
    for (const OracleReport& oracle : verdict.oracles) {
      if (oracle.name == name) return oracle;
    }
    return {};
  }
  bool holds(const std::string& name) { return report_of(name).holds; }

  Kernel kernel{1};
  NoProxy proxy;
  Panel panel{kernel, proxy, setup()};
  std::uint64_t connection = 0;
  Lane* up = nullptr;
};

constexpr auto kNoDelay = [](TimePoint) { return Duration(0); };

}  // namespace

TEST_CASE("the panel passes a whole exchange without complaint") {
  Rig rig;
  Lane* claimed = rig.panel.claim_lane(rig.connection, Way::up, nullptr);
  REQUIRE(claimed == rig.up);
  rig.panel.received(*claimed, 100);
  rig.panel.ended(*rig.up);
  rig.panel.end_read(*rig.up);
  rig.panel.exchange_ended(rig.connection, 0, Outcome::complete);
  rig.panel.closed(rig.connection, true);
  rig.panel.clients_are_done(true);
  rig.panel.sessions_had_their_time();
  rig.panel.proxy_is_gone(0);
  rig.panel.all_is_over(0, kNoDelay);
  rig.panel.world_gone(rig.kernel.now());
  Verdict verdict;
  rig.panel.report(verdict);
  CHECK(verdict.passed);
  CHECK(verdict.oracles.size() == 11);
  CHECK(verdict.counters[Counter::complete] == 1);
  CHECK(verdict.counters[Counter::bytes_up] == 100);
}

TEST_CASE("a stream that arrives at two backends is seen") {
  Rig rig;
  CHECK(rig.panel.claim_lane(rig.connection, Way::up, nullptr) != nullptr);
  CHECK(rig.panel.claim_lane(rig.connection, Way::up, nullptr) == nullptr);
  CHECK_FALSE(rig.holds("bytes-exact"));
}

TEST_CASE("a header of a connection that nobody made is seen") {
  Rig rig;
  CHECK(rig.panel.claim_lane(99, Way::up, nullptr) == nullptr);
  CHECK_FALSE(rig.holds("bytes-exact"));
}

TEST_CASE("an answer that arrives on another connection is seen") {
  Rig rig;
  const std::uint64_t other = rig.panel.connecting(1);
  Lane& other_up = rig.panel.open_lane(other, Way::up, 1);
  rig.panel.claim_lane(rig.connection, Way::up, nullptr);
  rig.panel.open_lane(rig.connection, Way::down, 2);
  CHECK(rig.panel.claim_lane(rig.connection, Way::down, &other_up) == nullptr);
  CHECK_THAT(rig.report_of("bytes-exact").text, Catch::Contains("arrive on connection 1"));
}

TEST_CASE("who loses power does not end its lanes any more") {
  Rig rig;
  rig.panel.claim_lane(rig.connection, Way::up, nullptr);
  rig.panel.received(*rig.up, 100);
  rig.panel.host_loses_power(1);
  rig.panel.ended(*rig.up);  // its destructors run, but nobody hears them
  CHECK_FALSE(rig.up->ended);
  rig.panel.end_read(*rig.up);
  CHECK_FALSE(rig.holds("bytes-exact"));
}

TEST_CASE("a proxy that dies excuses the ends of what was open") {
  Rig rig;
  rig.panel.claim_lane(rig.connection, Way::up, nullptr);
  rig.panel.proxy_dies();
  rig.panel.end_read(*rig.up);
  CHECK(rig.holds("bytes-exact"));
}

TEST_CASE("the proxy's buffers are looked at whenever bytes move") {
  Rig rig;
  rig.proxy.blocks = 100;
  rig.proxy.sessions = 1;
  rig.panel.sent(*rig.up, 1);
  CHECK_FALSE(rig.holds("buffers-returned"));
}

TEST_CASE("a session is judged with the connection of its client") {
  Rig rig;
  rig.kernel.run_until(after(TimePoint(), 30s));
  proxy::SessionRecord record;
  record.number = 1;
  record.client = Endpoint{.port = 40'000};
  record.connect_time = 1ms;
  record.duration = 30s;
  record.end = proxy::SessionEnd::idle_timeout;
  rig.panel.session_ended(0, record);
  rig.panel.all_is_over(0, kNoDelay);
  CHECK_THAT(rig.report_of("session-deadlines").text, Catch::Contains("without a byte"));
  CHECK_FALSE(rig.holds("one-outcome"));
}

TEST_CASE("what the panel is told is in the trace") {
  Rig rig;
  const std::uint64_t before = rig.kernel.trace().hash();
  rig.panel.exchange_ended(rig.connection, 0, Outcome::reset);
  CHECK(rig.kernel.trace().hash() != before);
}
