#pragma once
// HttpPanel: the part of the Panel that listens to the HTTP models: it takes their reports, puts
// them into the trace and the counters, and asks the oracles of HTTP.
//
//   HttpPanel http({kernel, probe, counters, times, liveness, buffers}, bounds, slack);
//   ... run, with `http` as the models' HttpWitness; then settled(), proxy_ended(), finish() ...
//
// It decides nothing itself.

#include <deque>
#include <functional>
#include <map>
#include <vector>

#include "lb/health_machine.hpp"
#include "proxy/request_record.hpp"
#include "sim/check/answer_times.hpp"
#include "sim/check/buffers_returned.hpp"
#include "sim/check/http_answers.hpp"
#include "sim/check/http_deadlines.hpp"
#include "sim/check/http_gauges.hpp"
#include "sim/check/http_requests.hpp"
#include "sim/check/liveness.hpp"
#include "sim/check/proxy_probe.hpp"
#include "sim/model/http_witness.hpp"
#include "sim/world/kernel.hpp"

namespace weir::sim::check {

class HttpPanel final : public model::HttpWitness {
 public:
  // What it shares with the Panel, which outlives it.
  struct Shared {
    Kernel& kernel;
    const ProxyProbe& probe;
    Counters& counters;
    AnswerTimes& times;
    Liveness& liveness;
    BuffersReturned& buffers;
  };
  HttpPanel(const Shared& shared, const HttpBounds& bounds, Duration slack);

  void backend_exists(std::uint32_t host) { processed_[host] += 0; }
  void request_proxied(const proxy::RequestRecord& record);  // the proxy's own account
  void health_changed(std::uint32_t backend, const lb::Transition& change);  // by its checker
  void settled() { gauges_.settled(now(), shared_.probe.http_gauges()); }
  void proxy_ended() { gauges_.proxy_ended(now(), shared_.probe.http_gauges()); }
  void finish(const std::function<Duration(TimePoint)>& delay_before);

  bool has_seen_requests() const noexcept { return !begun_at_.empty(); }
  std::vector<const Oracle*> oracles() const;

  // HttpWitness.
  void request_begun(const model::HttpTag& tag, model::HttpMethod method) override;
  void request_keyed(const model::HttpTag& tag, std::uint64_t key) override;
  void request_ended(const model::HttpTag& tag, const model::HttpEnd& end) override;
  void wrong_answer(const model::HttpTag& tag, std::string story) override;
  void processing(std::uint32_t host, const model::HttpTag& tag, model::HttpMethod method,
                  bool body_complete) override;
  void probed(std::uint32_t host) override;
  void wrong_request(std::uint32_t host, std::string story) override;
  void body_received(model::Way way, std::size_t bytes) override;

 private:
  struct Begun {
    std::vector<TimePoint> at;  // of each request of the connection
    TimePoint last_end{};
  };

  TimePoint now() const noexcept { return shared_.kernel.now(); }
  void sample() {
    gauges_.sample(now(), shared_.probe.http_gauges());
    sample_buffers();
  }
  void sample_buffers() {
    shared_.buffers.sample(now(), shared_.probe.blocks_lent(), shared_.probe.open_sessions());
  }
  void count_answer(const model::HttpEnd& end);

  Shared shared_;
  std::vector<Begun> begun_at_;                       // by connection
  std::map<std::uint32_t, std::uint64_t> processed_;  // by the backend's host
  std::deque<TimePoint> probed_at_;                   // lately
  HttpAnswers answers_;
  HttpRequests requests_;
  HttpDeadlines deadlines_;
  HttpGauges gauges_;
};

}  // namespace weir::sim::check
