#pragma once
// Witness: whom the models tell what they do and see. The oracles of sim/check listen here; the
// models themselves decide nothing about right and wrong, except that bytes are not what they
// should be.
//
//   Lane& lane = witness.open_lane(connection, Way::up, host);
//   witness.sent(lane, bytes);
//
// Calls come in the order in which things happen; a Witness never blocks.

#include <cstdint>
#include <string>

#include "base/endpoint.hpp"
#include "sim/model/lane.hpp"

namespace weir::sim::model {

// How an exchange (a request and its answer; a whole connection, where it has but one) ended, as
// its client saw it.
enum class Outcome : std::uint8_t {
  complete,      // all bytes arrived and are right
  refused,       // the connect was refused
  reset,         // the connection was reset
  timed_out,     // the network gave up, in connecting or later
  failed,        // any other error of the connection
  gave_up,       // the client's patience ended
  cut_short,     // a clean end before all bytes were there
  corrupt,       // bytes were wrong
  quit,          // the client itself broke off, as its scenario says
  abandoned,     // the client's process died
  error_answer,  // HTTP: a whole answer that says no: its status is 400 or more
};

inline constexpr std::size_t kOutcomes = 11;

const char* to_string(Outcome outcome) noexcept;  // "complete", "cut_short", ...

class Witness {
 public:
  // A client's connection: from before its connect to its end. Returns its number: 0, 1, ...
  virtual std::uint64_t connecting(std::uint32_t host) = 0;
  virtual void connected(std::uint64_t connection, const Endpoint& local) = 0;
  // Cleanly: the ends of both directions were seen, after all bytes.
  virtual void closed(std::uint64_t connection, bool cleanly) = 0;

  virtual void exchange_begun(std::uint64_t connection, std::uint32_t request) = 0;
  virtual void exchange_ended(std::uint64_t connection, std::uint32_t request, Outcome outcome) = 0;

  // Lanes live as long as the Witness.
  virtual Lane& open_lane(std::uint64_t connection, Way way, std::uint32_t host) = 0;
  virtual Lane& open_served_lane(std::uint32_t host) = 0;  // downward; the number is the Witness's
  // The lane that a header names; nullptr when there is none, or when somebody reads it already.
  // `own` is the lane on which the reader sends; null when it has none yet.
  virtual Lane* claim_lane(std::uint64_t connection, Way way, const Lane* own) = 0;

  virtual void sent(Lane& lane, std::size_t bytes) = 0;
  virtual void ended(Lane& lane) = 0;
  virtual void broke(Lane& lane) = 0;
  virtual void received(Lane& lane, std::size_t bytes) = 0;
  virtual void end_read(Lane& lane) = 0;

  // A connection ended before a header said whose it is, `bytes` after its beginning.
  virtual void nameless_end_read(Way way, std::uint64_t bytes) = 0;
  // A backend ended a connection cleanly on which it never opened a lane.
  virtual void nameless_close() = 0;

  virtual void corrupt(Way way, std::uint64_t connection, std::string story) = 0;

  // What becomes of connections at the backends.
  virtual void backend_accepted(std::uint32_t host) = 0;
  virtual void backend_saw_reset(std::uint32_t host) = 0;
  virtual void cannot_listen(std::uint32_t host) = 0;

 protected:
  ~Witness() = default;
};

}  // namespace weir::sim::model
