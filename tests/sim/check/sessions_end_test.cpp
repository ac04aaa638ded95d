#include "sim/check/sessions_end.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim::check;

namespace {

constexpr TimePoint kNow{};

SessionFacts session(std::size_t worker, std::uint64_t number) {
  SessionFacts facts;
  facts.worker = worker;
  facts.record.number = number;
  return facts;
}

WorkerFacts ended_after(std::uint64_t accepted) {
  WorkerFacts facts;
  facts.accepted = accepted;
  facts.ended = true;
  return facts;
}

}  // namespace

TEST_CASE("sessions-end holds when all that were accepted have ended once") {
  SessionsEnd oracle;
  oracle.ended(session(0, 1));
  oracle.ended(session(0, 2));
  oracle.ended(session(1, 1));
  oracle.settled(kNow, 0);
  oracle.worker_ended(kNow, 0, ended_after(2));
  oracle.worker_ended(kNow, 1, ended_after(1));
  CHECK(oracle.holds());
}

TEST_CASE("sessions-end fails for sessions that outlive their clients and deadlines") {
  SessionsEnd oracle;
  oracle.settled(kNow, 3);
  CHECK_THAT(oracle.report(), Catch::Contains("3 sessions are still open"));
}

TEST_CASE("sessions-end fails for a session that is reported twice") {
  SessionsEnd oracle;
  oracle.ended(session(0, 1));
  oracle.ended(session(0, 1));
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("sessions-end fails for a session that is never reported") {
  SessionsEnd oracle;
  oracle.ended(session(0, 1));
  oracle.worker_ended(kNow, 0, ended_after(2));
  CHECK_THAT(oracle.report(), Catch::Contains("accepted 2 connections, but 1 sessions ended"));
}

TEST_CASE("sessions-end fails for a worker that never ends, or still counts sessions") {
  SessionsEnd oracle;
  WorkerFacts facts = ended_after(0);
  SECTION("never ends") { facts.ended = false; }
  SECTION("still counts") { facts.open_sessions = 1; }
  oracle.worker_ended(kNow, 0, facts);
  CHECK_FALSE(oracle.holds());
}

TEST_CASE("sessions-end lets a worker die with its host") {
  SessionsEnd oracle;
  WorkerFacts facts;
  facts.died = true;
  oracle.worker_ended(kNow, 0, facts);
  CHECK(oracle.holds());
}

TEST_CASE("sessions-end asks no reports of a worker that tells of requests instead") {
  SessionsEnd oracle;
  WorkerFacts facts = ended_after(2);
  facts.tells_sessions = false;
  oracle.worker_ended(kNow, 0, facts);
  CHECK(oracle.holds());
  facts.open_sessions = 1;
  oracle.worker_ended(kNow, 0, facts);
  CHECK_FALSE(oracle.holds());
}
