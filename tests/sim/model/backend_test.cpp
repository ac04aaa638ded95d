#include "sim/model/backend.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/assert.hpp"
#include "sim/model/notes.hpp"

using namespace weir;
using namespace weir::sim::model;
using namespace std::chrono_literals;
using weir::sim::model::test::Talk;

namespace {

BackendOptions backend_of(Protocol protocol) {
  BackendOptions options;
  options.protocol = protocol;
  return options;
}

constexpr std::uint64_t kBig = 300 * 1024;  // more than the kernels' buffers take at once

}  // namespace

TEST_CASE("each protocol carries a small and a large exchange to its clean end") {
  const Protocol protocol =
      GENERATE(Protocol::echo, Protocol::answer, Protocol::sink, Protocol::source);
  const std::uint64_t bytes = GENERATE(std::uint64_t{0}, std::uint64_t{100}, kBig);
  const bool half_close = GENERATE(false, true);
  BackendOptions backend = backend_of(protocol);
  backend.source_bytes = Sizes{bytes, bytes};
  ClientOptions client;
  client.request_bytes = Sizes{bytes, bytes};
  client.answer_bytes = Sizes{bytes, bytes};
  client.half_close = half_close;
  Talk talk(backend, client);
  talk.run();
  INFO(to_string(protocol) << ", " << bytes << " bytes, half-close " << half_close);
  CHECK(talk.notes.outcomes == std::vector{Outcome::complete});
  CHECK(talk.notes.cleanly_count == 1);
  CHECK(talk.notes.stories.empty());
  for (const Lane& lane : talk.notes.lanes) {
    CHECK(lane.sent == lane.received);
    CHECK(lane.ended);
    CHECK_FALSE(lane.broken);
  }
  CHECK(talk.network.connections() == 0);
}

TEST_CASE("an echo that answers after the end sends nothing before it") {
  BackendOptions backend = backend_of(Protocol::echo);
  backend.answers_after_end = true;
  ClientOptions client;
  SECTION("and all after it") {
    client.half_close = true;
    Talk talk(backend, client);
    talk.run();
    CHECK(talk.notes.count(Outcome::complete) == 1);
  }
  SECTION("so a client that keeps its side open waits in vain") {
    client.patience = 10s;
    Talk talk(backend, client);
    talk.run();
    CHECK(talk.notes.count(Outcome::gave_up) == 1);
    CHECK(talk.notes.resets_seen == 1);
  }
}

TEST_CASE("the service time passes before each answer") {
  BackendOptions backend = backend_of(Protocol::answer);
  backend.service = Law::fixed(100ms);
  ClientOptions client;
  client.requests = 5;
  Talk talk(backend, client);
  talk.run(499ms);
  CHECK(talk.notes.count(Outcome::complete) == 4);
  talk.run(20ms);
  CHECK(talk.notes.count(Outcome::complete) == 5);
}

TEST_CASE("a backend that does not listen refuses") {
  BackendOptions backend = backend_of(Protocol::echo);
  backend.listens = false;
  Talk talk(backend, ClientOptions());
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::refused});
}

TEST_CASE("a backend that resets is seen as a reset by its client") {
  BackendOptions backend = backend_of(Protocol::source);
  backend.source_bytes = Sizes{kBig, kBig};
  backend.manners.trouble = Trouble{.how = Trouble::How::reset, .after_sent = 1000};
  Talk talk(backend, ClientOptions());
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::reset});
  CHECK(talk.notes.lane(Way::down).sent == 1000);
}

TEST_CASE("a backend that ends early is seen as cut short") {
  BackendOptions backend = backend_of(Protocol::answer);
  backend.manners.trouble = Trouble{.how = Trouble::How::end, .after_sent = 80};
  Talk talk(backend, ClientOptions());
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::cut_short});
  CHECK(talk.notes.lane(Way::down).received == 80);
}

TEST_CASE("a backend that ends before it has read anything ends namelessly") {
  BackendOptions backend = backend_of(Protocol::echo);
  backend.manners.trouble = Trouble{.how = Trouble::How::end};
  Talk talk(backend, ClientOptions());
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::cut_short});
  CHECK(talk.notes.nameless_closes == 1);
  CHECK(talk.notes.nameless_ends == std::vector<std::uint64_t>{0});
}

TEST_CASE("a backend that hangs outlasts its client's patience") {
  BackendOptions backend = backend_of(Protocol::answer);
  backend.manners.trouble = Trouble{.how = Trouble::How::hang, .after_received = 1};
  ClientOptions client;
  client.patience = 5s;
  Talk talk(backend, client);
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::gave_up});
}

TEST_CASE("only a share of connections has the trouble") {
  BackendOptions backend = backend_of(Protocol::answer);
  backend.manners.trouble = Trouble{.how = Trouble::How::reset, .share = Ratio{1, 4}};
  ClientOptions client;
  client.connections = 400;
  Talk talk(backend, client);
  talk.run();
  CHECK(talk.notes.count(Outcome::reset) > 60);
  CHECK(talk.notes.count(Outcome::reset) < 140);
  CHECK(talk.notes.count(Outcome::reset) + talk.notes.count(Outcome::complete) == 400);
}

TEST_CASE("a backend that reads slowly slows its client") {
  BackendOptions backend = backend_of(Protocol::sink);
  backend.manners.read_rate = 100 * 1024;
  ClientOptions client;
  client.request_bytes = Sizes{1024 * 1024, 1024 * 1024};
  Talk talk(backend, client);
  talk.run(9s);
  CHECK(talk.notes.outcomes.empty());
  talk.run(2s);
  CHECK(talk.notes.count(Outcome::complete) == 1);
}

TEST_CASE("a backend serves again after a restart of its host") {
  ClientOptions client;
  client.load = Load::open;
  client.every = Law::fixed(1s);
  client.connections = 10;
  Talk talk(backend_of(Protocol::answer), client);
  talk.run(3500ms);
  talk.far.crash();
  talk.run(3s);
  talk.far.restart();
  talk.run();
  CHECK(talk.notes.count(Outcome::complete) == 7);
  CHECK(talk.notes.count(Outcome::refused) == 3);
  CHECK(talk.notes.failed_listens == 0);
}
