#include "sim/model/client.hpp"

#include <algorithm>

#include <catch2/catch.hpp>

#include "base/assert.hpp"
#include "sim/model/notes.hpp"

using namespace weir;
using namespace weir::sim::model;
using namespace std::chrono_literals;
using weir::sim::model::test::Talk;

namespace {

BackendOptions answering(Duration service) {
  BackendOptions options;
  options.protocol = Protocol::answer;
  options.service = Law::fixed(service);
  return options;
}

}  // namespace

TEST_CASE("all connections begin at once") {
  ClientOptions client;
  client.connections = 50;
  client.start = 1s;
  Talk talk(answering(100ms), client);
  talk.run(999ms);
  CHECK(talk.notes.begun == 0);
  talk.run(2ms);
  CHECK(talk.notes.begun == 50);
  talk.run();
  CHECK(talk.client.done);
  CHECK(talk.notes.count(Outcome::complete) == 50);
}

TEST_CASE("an open load begins connections however slow the answers are") {
  ClientOptions client;
  client.load = Load::open;
  client.connections = 100;
  client.every = Law::fixed(10ms);
  Talk talk(answering(10s), client);
  talk.run(1s);
  CHECK(talk.notes.begun == 100);
  CHECK(talk.notes.outcomes.empty());
}

TEST_CASE("a closed load has no more connections than users") {
  ClientOptions client;
  client.load = Load::closed;
  client.users = 3;
  client.connections = 30;
  client.think = Law::fixed(100ms);
  Talk talk(answering(100ms), client);
  talk.run(1s);
  CHECK(talk.notes.begun >= 15);
  CHECK(talk.notes.begun - talk.notes.outcomes.size() <= 3);
  talk.run();
  CHECK(talk.notes.begun == 30);
  CHECK(talk.client.done);
}

TEST_CASE("requests of a connection follow each other, with thinking between them") {
  ClientOptions client;
  client.requests = 10;
  client.think = Law::fixed(1s);
  Talk talk(answering(1ms), client);
  talk.run(8900ms);
  CHECK(talk.notes.begun == 9);
  talk.run();
  CHECK(talk.notes.count(Outcome::complete) == 10);
  CHECK(talk.notes.connections == 1);
}

TEST_CASE("a client that holds its connection closes it later") {
  ClientOptions client;
  client.hold = 30s;
  Talk talk(answering(1ms), client);
  talk.run(29s);
  CHECK(talk.notes.count(Outcome::complete) == 1);
  CHECK(talk.network.connections() == 1);
  talk.run(2s);
  CHECK(talk.notes.cleanly_count == 1);
  CHECK(talk.network.connections() == 0);
}

TEST_CASE("a client that reads slowly slows its backend") {
  BackendOptions backend;
  backend.protocol = Protocol::source;
  backend.source_bytes = Sizes{1024 * 1024, 1024 * 1024};
  ClientOptions client;
  client.manners.read_rate = 100 * 1024;
  client.manners.read_delay = 5s;
  Talk talk(backend, client);
  talk.run(5s);
  CHECK(talk.notes.lane(Way::down).received == 0);
  CHECK(talk.notes.lane(Way::down).sent < 512 * 1024);
  talk.run(9s);
  CHECK(talk.notes.outcomes.empty());
  talk.run(2s);
  CHECK(talk.notes.count(Outcome::complete) == 1);
}

TEST_CASE("a client that quits resets its connection, and says so") {
  ClientOptions client;
  client.manners.trouble = Trouble{.how = Trouble::How::reset, .after_received = 40};
  Talk talk(answering(1ms), client);
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::quit});
  CHECK(talk.notes.resets_seen == 1);
  CHECK(talk.notes.lane(Way::up).broken);
}

TEST_CASE("nobody there is an outcome, too") {
  ClientOptions client;
  client.patience = 10s;
  Talk talk(answering(1ms), client);
  talk.far.power_off();
  talk.run();
  CHECK(talk.notes.outcomes == std::vector{Outcome::gave_up});
  CHECK(talk.notes.connected_count == 0);
}

TEST_CASE("exchanges of a client that dies are abandoned, and the rest are made after a restart") {
  ClientOptions client;
  client.load = Load::open;
  client.connections = 20;
  client.every = Law::fixed(100ms);
  client.think = Law::fixed(0s);
  Talk talk(answering(250ms), client);
  talk.run(1050ms);
  talk.near.crash();
  const std::uint64_t abandoned = talk.notes.count(Outcome::abandoned);
  CHECK(abandoned >= 2);
  talk.run(5s);
  CHECK_FALSE(talk.client.done);
  talk.near.restart();
  talk.run();
  CHECK(talk.client.done);
  CHECK(talk.notes.begun == 20);
  CHECK(talk.notes.outcomes.size() == 20);
  CHECK(talk.notes.count(Outcome::complete) == 20 - abandoned);
}

TEST_CASE("a retired client begins nothing when its host restarts") {
  ClientOptions client;
  client.connections = 5;
  Talk talk(answering(1s), client);
  talk.run(500ms);
  talk.near.crash();
  talk.client.retired = true;
  talk.near.restart();
  talk.run();
  CHECK(talk.notes.begun == 5);
  CHECK(talk.notes.count(Outcome::abandoned) == 5);
}

TEST_CASE("the same seed makes the same requests; another seed makes others") {
  ClientOptions client;
  client.connections = 20;
  client.request_bytes = Sizes{0, 10'000};
  const auto bytes_with = [&](std::uint64_t seed) {
    Talk talk(answering(1ms), client, seed);
    talk.run();
    std::vector<std::uint64_t> bytes;
    for (const Lane& lane : talk.notes.lanes) bytes.push_back(lane.sent);
    std::ranges::sort(bytes);
    return bytes;
  };
  CHECK(bytes_with(5) == bytes_with(5));
  CHECK(bytes_with(5) != bytes_with(6));
}
