#include "sim/world/trace.hpp"

#include <catch2/catch.hpp>

using namespace weir;
using namespace weir::sim;
using namespace std::chrono_literals;

namespace {

struct Counter : Trace::Sink {
  void on_event(const Event& event) override { seen.push_back(event); }
  std::vector<Event> seen;
};

std::uint64_t hash_of(const std::vector<Event>& events) {
  Trace trace;
  for (const Event& e : events) trace.record(e.at, e.kind, e.actor, e.size);
  return trace.hash();
}

}  // namespace

TEST_CASE("traces of the same events have the same hash") {
  const std::vector<Event> events = {{TimePoint(1ms), 0, EventKind::syn, 1, 0},
                                     {TimePoint(2ms), 0, EventKind::data, 1, 100}};
  CHECK(hash_of(events) == hash_of(events));
  CHECK(hash_of(events) != hash_of({}));
}

TEST_CASE("every part of an event counts in the hash of the trace") {
  const Event event{TimePoint(1ms), 0, EventKind::data, 1, 2};
  const std::uint64_t hash = hash_of({event});
  CHECK(hash != hash_of({{TimePoint(2ms), 0, EventKind::data, 1, 2}}));
  CHECK(hash != hash_of({{TimePoint(1ms), 0, EventKind::fin, 1, 2}}));
  CHECK(hash != hash_of({{TimePoint(1ms), 0, EventKind::data, 2, 2}}));
  CHECK(hash != hash_of({{TimePoint(1ms), 0, EventKind::data, 1, 1}}));
  CHECK(hash != hash_of({{TimePoint(1ms), 0, EventKind::data, 2, 1}}));
}

TEST_CASE("the order of events counts in the hash of the trace") {
  const Event first{TimePoint(1ms), 0, EventKind::data, 1, 2};
  const Event second{TimePoint(1ms), 0, EventKind::data, 2, 2};
  CHECK(hash_of({first, second}) != hash_of({second, first}));
}

TEST_CASE("the hash of a trace is the same on every compiler and machine") {
  CHECK(hash_of({{TimePoint(1ms), 0, EventKind::syn, 1, 0},
                 {TimePoint(2ms), 0, EventKind::data, 1, 100}}) == 0xc3af08a699e75c69);
}

TEST_CASE("a trace keeps its hash at every checkpoint") {
  Trace trace;
  for (std::uint64_t i = 0; i < Trace::kCheckpointEvery; ++i) {
    CHECK(trace.checkpoints().empty());
    trace.record(TimePoint(), EventKind::note, i, 0);
  }
  REQUIRE(trace.checkpoints().size() == 1);
  CHECK(trace.checkpoints().front() == trace.hash());
  trace.record(TimePoint(), EventKind::note, 0, 0);
  CHECK(trace.checkpoints().size() == 1);
}

TEST_CASE("a sink sees every event with its number, from when it is set until it is taken away") {
  Trace trace;
  Counter sink;
  trace.record(TimePoint(1ms), EventKind::note, 7, 8);
  trace.set_sink(&sink);
  trace.record(TimePoint(2ms), EventKind::fin, 9, 10);
  trace.set_sink(nullptr);
  trace.record(TimePoint(3ms), EventKind::note, 7, 8);
  CHECK(sink.seen == std::vector<Event>{{TimePoint(2ms), 1, EventKind::fin, 9, 10}});
  CHECK(trace.events() == 3);
}

TEST_CASE("every kind of event has a name of its own") {
  std::vector<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(EventKind::note); ++kind) {
    names.emplace_back(to_string(static_cast<EventKind>(kind)));
  }
  std::sort(names.begin(), names.end());
  CHECK(std::unique(names.begin(), names.end()) == names.end());
  CHECK(std::find(names.begin(), names.end(), "unknown") == names.end());
}
