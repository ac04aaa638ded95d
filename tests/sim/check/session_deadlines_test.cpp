#include "sim/check/session_deadlines.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim::check;
using namespace std::chrono_literals;
using weir::sim::model::Lane;

namespace {

TimePoint at(Duration since_start) { return after(TimePoint(), since_start); }

// A session that was accepted at 1 s, connected in 1 ms, and whose last byte moved at 10 s.
struct Rig {
  Rig() {
    bounds.connect_timeout = 1s;
    bounds.idle_timeout = 60s;
    bounds.half_close_timeout = 5s;
    bounds.backends = 3;
    bounds.slack = 100ms;
    session.accepted_at = at(1s);
    session.record.connect_time = 1ms;
    up.moved_at = at(10s);
    down.moved_at = at(9s);
    connection.up = &up;
    connection.down = &down;
  }

  std::string ended_at(Duration when, Duration delay = Duration(0)) {
    session.ended_at = at(when);
    session.record.duration = session.ended_at - session.accepted_at;
    SessionDeadlines oracle(bounds);
    oracle.judge(session, &connection, delay);
    return oracle.report();
  }

  Bounds bounds;
  SessionFacts session;
  Lane up;
  Lane down;
  ConnectionFacts connection;
};

}  // namespace

TEST_CASE("session-deadlines allows silence up to idle_timeout") {
  Rig rig;
  CHECK_THAT(rig.ended_at(70s), Catch::StartsWith("holds"));
  CHECK_THAT(rig.ended_at(71s), Catch::Contains("61 s without a byte, 1 min are allowed"));
}

TEST_CASE("session-deadlines allows less once an end was passed on") {
  Rig rig;
  rig.up.sent = rig.up.received = 100;
  rig.up.ended = true;
  rig.up.ended_at = at(10s);
  CHECK_THAT(rig.ended_at(15s), Catch::StartsWith("holds"));
  CHECK_THAT(rig.ended_at(16s), Catch::Contains("and half closed, 5 s are allowed"));
}

TEST_CASE("session-deadlines does not count an end that is still behind bytes") {
  Rig rig;
  rig.up.sent = 200;
  rig.up.received = 100;
  rig.up.ended = true;
  rig.up.ended_at = at(10s);
  CHECK_THAT(rig.ended_at(40s), Catch::StartsWith("holds"));
}

TEST_CASE("session-deadlines allows connect_timeout for each backend that is tried") {
  Rig rig;
  rig.session.record.connect_time = Duration(0);
  rig.session.record.end = proxy::SessionEnd::no_backend;
  rig.session.record.connects_failed = 3;
  CHECK_THAT(rig.ended_at(4s), Catch::StartsWith("holds"));
  CHECK_THAT(rig.ended_at(5s), Catch::Contains("took 4 s to connect"));
}

TEST_CASE("session-deadlines allows on top what faults cost") {
  Rig rig;
  CHECK_THAT(rig.ended_at(75s, 5s), Catch::StartsWith("holds"));
  CHECK_THAT(rig.ended_at(76s, 5s), Catch::StartsWith("VIOLATED"));
}
