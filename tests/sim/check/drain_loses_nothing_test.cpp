#include "sim/check/drain_loses_nothing.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim::check;
using namespace std::chrono_literals;
using weir::proxy::SessionEnd;
using weir::sim::model::Outcome;

namespace {

TimePoint at(Duration since_start) { return after(TimePoint(), since_start); }

Bounds bounds() {
  Bounds some;
  some.drain_timeout = 10s;
  some.connections_max = 100;
  some.network_delay = 1ms;
  return some;
}

SessionFacts session(Duration accepted, Duration ended, SessionEnd end) {
  SessionFacts facts;
  facts.accepted_at = at(accepted);
  facts.ended_at = at(ended);
  facts.record.end = end;
  return facts;
}

// A connection that was made at 1 s and failed at 6 s.
ConnectionFacts torn() {
  ConnectionFacts facts;
  facts.connected_at = at(1s);
  facts.error_at = at(6s);
  facts.error = Outcome::reset;
  return facts;
}

struct Rig {
  Rig() { oracle.began(at(5s), 10); }
  DrainLosesNothing oracle{bounds()};
};

}  // namespace

TEST_CASE("drain-loses-nothing holds when sessions end by themselves, or at the deadline") {
  Rig rig;
  rig.oracle.session_ended(session(1s, 7s, SessionEnd::finished));
  rig.oracle.session_ended(session(2s, 15s, SessionEnd::cancelled));
  rig.oracle.worker_ended(at(15s));
  CHECK(rig.oracle.holds());
  CHECK(rig.oracle.took() == 10s);
}

TEST_CASE("drain-loses-nothing fails for a session that is cut before the deadline") {
  Rig rig;
  rig.oracle.session_ended(session(1s, 14s, SessionEnd::cancelled));
  CHECK_THAT(rig.oracle.report(), Catch::Contains("was cut 9 s after the drain began, 10 s"));
}

TEST_CASE("drain-loses-nothing fails for a session that is taken in after the drain") {
  Rig rig;
  rig.oracle.session_ended(session(6s, 7s, SessionEnd::finished));
  CHECK_THAT(rig.oracle.report(), Catch::Contains("was accepted 1 s after the drain began"));
}

TEST_CASE("drain-loses-nothing fails for a worker that outlasts the deadline") {
  Rig rig;
  rig.oracle.worker_ended(at(16s));
  CHECK_FALSE(rig.oracle.holds());
}

TEST_CASE("drain-loses-nothing fails for a connection that is never taken in") {
  Rig rig;
  rig.oracle.judge(torn(), nullptr);
  CHECK_THAT(rig.oracle.report(), Catch::Contains("never taken in"));
}

TEST_CASE("drain-loses-nothing leaves a handshake that was under way to its fate") {
  Rig rig;
  ConnectionFacts connection = torn();
  connection.connected_at = at(4999500us);
  rig.oracle.judge(connection, nullptr);
  CHECK(rig.oracle.holds());
}

TEST_CASE("drain-loses-nothing leaves who waits before a full proxy to its fate") {
  DrainLosesNothing oracle(bounds());
  oracle.began(at(5s), 100);
  oracle.judge(torn(), nullptr);
  CHECK(oracle.holds());
}

TEST_CASE("drain-loses-nothing judges neither a proxy that was hurt nor one that does not drain") {
  SECTION("hurt") {
    Rig rig;
    rig.oracle.proxy_was_hurt();
    rig.oracle.session_ended(session(1s, 6s, SessionEnd::cancelled));
    rig.oracle.worker_ended(at(60s));
    CHECK(rig.oracle.holds());
    CHECK_THAT(rig.oracle.report(), Catch::Contains("not judged"));
  }
  SECTION("no drain") {
    DrainLosesNothing oracle(bounds());
    oracle.session_ended(session(1s, 6s, SessionEnd::cancelled));
    CHECK(oracle.report() == "holds: no drain");
  }
}
