#pragma once
// Notes: a Witness that writes down what it is told, and judges nothing. Talk: a client and a
// backend of sim/model on two simulated hosts, without a proxy between them.
//
//   Talk talk(backend_options, client_options);
//   talk.run();
//   CHECK(talk.notes.outcomes == std::vector{Outcome::complete});

#include <deque>
#include <string>
#include <vector>

#include "sim/model/backend.hpp"
#include "sim/model/client.hpp"
#include "sim/model/witness.hpp"
#include "sim/world/kernel.hpp"
#include "sim/world/network.hpp"

namespace weir::sim::model::test {

class Notes final : public Witness {
 public:
  std::uint64_t connecting(std::uint32_t) override { return connections++; }
  void connected(std::uint64_t, const Endpoint&) override { ++connected_count; }
  void closed(std::uint64_t, bool cleanly) override { ++(cleanly ? cleanly_count : torn_count); }
  void exchange_begun(std::uint64_t, std::uint32_t) override { ++begun; }
  void exchange_ended(std::uint64_t, std::uint32_t, Outcome outcome) override {
    outcomes.push_back(outcome);
  }

  Lane& open_lane(std::uint64_t connection, Way way, std::uint32_t host) override {
    return lanes.emplace_back(Lane{.connection = connection, .way = way, .host = host});
  }
  Lane& open_served_lane(std::uint32_t host) override {
    return open_lane(kServedBit | served++, Way::down, host);
  }
  Lane* claim_lane(std::uint64_t connection, Way way, const Lane*) override {
    for (Lane& lane : lanes) {
      if (lane.connection != connection || lane.way != way || lane.claimed) continue;
      lane.claimed = true;
      return &lane;
    }
    stories.push_back("no such lane");
    return nullptr;
  }

  void sent(Lane& lane, std::size_t bytes) override {
    lane.sent += bytes;
    in_flight_max = std::max(in_flight_max, lane.sent - lane.received);
  }
  void ended(Lane& lane) override { lane.ended = true; }
  void broke(Lane& lane) override { lane.broken = true; }
  void received(Lane& lane, std::size_t bytes) override { lane.received += bytes; }
  void end_read(Lane& lane) override { lane.end_read = true; }
  void nameless_end_read(Way, std::uint64_t bytes) override { nameless_ends.push_back(bytes); }
  void nameless_close() override { ++nameless_closes; }
  void corrupt(Way, std::uint64_t, std::string story) override {
    stories.push_back(std::move(story));
  }
  void backend_accepted(std::uint32_t) override { ++accepted; }
  void backend_saw_reset(std::uint32_t) override { ++resets_seen; }
  void cannot_listen(std::uint32_t) override { ++failed_listens; }

  std::uint64_t count(Outcome outcome) const {
    return static_cast<std::uint64_t>(std::count(outcomes.begin(), outcomes.end(), outcome));
  }
  const Lane& lane(Way way) const {
    for (const Lane& lane : lanes) {
      if (lane.way == way) return lane;
    }
    ASSERT(false, "the test opened this lane");
  }

  std::deque<Lane> lanes;
  std::vector<Outcome> outcomes;
  std::vector<std::string> stories;
  std::vector<std::uint64_t> nameless_ends;
  std::uint64_t connections = 0, connected_count = 0, cleanly_count = 0, torn_count = 0;
  std::uint64_t begun = 0, served = 0, accepted = 0, resets_seen = 0, failed_listens = 0;
  std::uint64_t nameless_closes = 0, in_flight_max = 0;
};

struct Talk {
  Talk(BackendOptions backend_options, ClientOptions client_options, std::uint64_t seed = 1)
      : kernel(seed),
        backend(backend_options, notes, seed, far.number(), far.at(9000)),
        client(of_protocol(client_options, backend_options.protocol), notes, seed, near.number(),
               far.at(9000)) {
    far.start([this](io::World& world) { return serve(world, backend); });
    near.start([this](io::World& world) { return run_client(world, client); });
  }

  static ClientOptions of_protocol(ClientOptions options, Protocol protocol) {
    options.protocol = protocol;
    return options;
  }

  void run(Duration time = std::chrono::minutes(10)) { kernel.run_until(kernel.now() + time); }

  Notes notes;  // outlives the network, whose programs report to it
  Kernel kernel;
  Network network{kernel};
  Host& near = network.add_host("near");
  Host& far = network.add_host("far");
  Backend backend;
  Client client;
};

}  // namespace weir::sim::model::test
