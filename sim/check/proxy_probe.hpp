#pragma once
// ProxyProbe: the proxy as a whole, looked at from outside: what an observer of its host could
// count. The scenario's ProxyHost is one; oracles compare it with what the models saw.
//
//   buffers.sample(now, probe.blocks_lent(), probe.open_sessions());
//
// It only looks: nothing that it is asked changes the proxy.

#include <cstdint>

#include "sim/check/http_facts.hpp"

namespace weir::sim::check {

class ProxyProbe {
 public:
  virtual std::uint64_t blocks_lent() const = 0;
  virtual std::uint64_t open_sessions() const = 0;
  virtual HttpGaugeValues http_gauges() const { return {}; }  // of a TCP proxy: nothing

 protected:
  ~ProxyProbe() = default;
};

}  // namespace weir::sim::check
