#pragma once
// HttpGauges: what the proxy counts of itself stays within its scenario's bounds, and returns to
// nothing: no request in flight or waiting once all clients are gone, no connection to a backend
// once it is drained.
//
// Its facts: the proxy's own gauges, looked at whenever a request begins, is acted on or ends.

#include "sim/check/http_facts.hpp"
#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class HttpGauges final : public Oracle {
 public:
  explicit HttpGauges(const HttpBounds& bounds) : Oracle("http-gauges"), bounds_(bounds) {}

  void sample(TimePoint now, const HttpGaugeValues& gauges);
  void settled(TimePoint now, const HttpGaugeValues& gauges);  // all clients are gone
  void proxy_ended(TimePoint now, const HttpGaugeValues& gauges);

  const HttpGaugeValues& most() const noexcept { return most_; }
  std::string summary() const override;

 private:
  void bound(TimePoint now, std::uint64_t value, std::uint64_t max, const char* what);

  HttpBounds bounds_;
  HttpGaugeValues most_;
};

}  // namespace weir::sim::check
