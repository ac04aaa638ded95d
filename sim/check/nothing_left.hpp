#pragma once
// NothingLeft: when all programs have ended, the proxy's host has no socket open, the network knows
// no connection, and (once the world is gone) no frame, stream, listener or buffer is alive.
//
// Its facts: counts at the end of the run, and the census of this thread before and after it.

#include "base/census.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class NothingLeft final : public Oracle {
 public:
  NothingLeft() : Oracle("nothing-left"), before_(Census::here()) {}

  void proxy_ended(TimePoint now, std::uint64_t descriptors);
  void all_ended(TimePoint now, std::uint64_t connections);
  void world_gone(TimePoint now);  // compares the census with that of its construction

  std::string summary() const override { return "no socket, connection, frame or buffer"; }

 private:
  Census before_;
};

}  // namespace weir::sim::check
