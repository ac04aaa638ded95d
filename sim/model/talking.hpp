#pragma once
// Talking: one connection of a Client, and what it says in each of the four protocols.
//
//   Visit visit(witness, host);                    // the connection, whether or not it succeeds
//   Talking talking(world, client, visit, std::move(stream));
//   const Step step = co_await converse(talking);
//
// Each protocol ends with `ok` after the ends of both directions, or with what went wrong. Visit
// makes sure that every exchange that begins has an outcome, also when the client's process dies.

#include <memory>

#include "sim/model/client.hpp"

namespace weir::sim::model {

class Visit {
 public:
  Visit(Witness& witness, std::uint32_t host);
  ~Visit();
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  std::uint64_t connection() const noexcept { return connection_; }
  std::uint32_t request() const noexcept { return request_; }

  void begin_exchange();
  void end_exchange(Outcome outcome);  // nothing when none is under way
  void closed_cleanly() noexcept { cleanly_ = true; }

 private:
  Witness& witness_;
  std::uint64_t connection_;
  std::uint32_t request_ = 0;  // of the exchange under way, or the next
  bool exchanging_ = false;
  bool cleanly_ = false;
};

struct Talking {
  Talking(io::World& owner, Client& user, Visit& its_visit, std::unique_ptr<io::Stream> stream);

  Header next_request();  // draws sizes
  TimePoint patience_from_now() const noexcept;

  io::World& world;
  Client& client;
  Visit& visit;
  Random random;
  Channel channel;
  TimePoint deadline;    // of the exchange under way
  Step sent = Step::ok;  // echo: how its two halves went
  Step received = Step::ok;
};

// The Talking outlives the Task.
task::Task<Step> converse(Talking& talking);
task::Task<Step> echo(Talking& talking);
task::Task<Step> ask(Talking& talking);
task::Task<Step> fill_sink(Talking& talking);
task::Task<Step> drain_source(Talking& talking);

}  // namespace weir::sim::model
