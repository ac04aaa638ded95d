#pragma once
// Panel: where all oracles of a run sit: it takes every report of the models, the proxy's workers
// and the fault plan, writes the facts down, puts them into the trace, and asks the oracles that
// they concern.
//
//   Panel panel(kernel, setup);
//   ... run, with `panel` as the models' Witness ...
//   panel.judge_run(facts);   // then each oracle's verdict stands
//   panel.report(verdict);
//
// It decides nothing itself.

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/check/answer_times.hpp"
#include "sim/check/buffers_returned.hpp"
#include "sim/check/bytes_exact.hpp"
#include "sim/check/counters.hpp"
#include "sim/check/drain_loses_nothing.hpp"
#include "sim/check/expectations.hpp"
#include "sim/check/facts.hpp"
#include "sim/check/http_panel.hpp"
#include "sim/check/in_flight.hpp"
#include "sim/check/liveness.hpp"
#include "sim/check/nothing_left.hpp"
#include "sim/check/one_outcome.hpp"
#include "sim/check/proxy_probe.hpp"
#include "sim/check/session_deadlines.hpp"
#include "sim/check/sessions_end.hpp"
#include "sim/check/time_moves_on.hpp"
#include "sim/check/verdict.hpp"
#include "sim/model/witness.hpp"
#include "sim/world/kernel.hpp"

namespace weir::sim::check {

struct PanelSetup {
  Bounds bounds;
  std::optional<TimePoint> liveness_from;
  std::vector<Expectation> expected;
};

class Panel final : public model::Witness {
 public:
  // Kernel and probe outlive it, up to world_gone().
  Panel(Kernel& kernel, const ProxyProbe& probe, const PanelSetup& setup);

  // The proxy's workers and the fault plan.
  void session_ended(std::size_t worker, const proxy::SessionRecord& record);
  void worker_ended(std::size_t worker, const WorkerFacts& facts);
  void drain_begins();
  void host_loses_power(std::uint32_t host);
  void proxy_dies();
  void proxy_pauses() noexcept { drain_.proxy_was_hurt(); }
  void proxy_cannot_listen(const std::string& why);
  void backend_exists(std::uint32_t host) {
    backend_accepts_[host] += 0;
    http_.backend_exists(host);
  }
  HttpPanel& http() noexcept { return http_; }  // the HttpWitness of the HTTP models

  // A program spun, and the run ends where it stands.
  void time_stood_still() { time_moves_on_.stood_still(now()); }

  // The end of the run, in this order.
  void clients_are_done(bool in_time);
  void sessions_had_their_time();
  void proxy_is_gone(std::uint64_t descriptors);
  // By how much faults that were over at a time may have delayed what happened then.
  using DelayBefore = std::function<Duration(TimePoint)>;
  void all_is_over(std::uint64_t connections, const DelayBefore& delay_before);
  void world_gone(TimePoint end) { nothing_left_.world_gone(end); }
  void report(Verdict& verdict) const;

  // Witness.
  std::uint64_t connecting(std::uint32_t host) override;
  void connected(std::uint64_t connection, const Endpoint& local) override;
  void closed(std::uint64_t connection, bool cleanly) override;
  void exchange_begun(std::uint64_t connection, std::uint32_t request) override;
  void exchange_ended(std::uint64_t connection, std::uint32_t request,
                      model::Outcome outcome) override;
  model::Lane& open_lane(std::uint64_t connection, model::Way way, std::uint32_t host) override;
  model::Lane& open_served_lane(std::uint32_t host) override;
  model::Lane* claim_lane(std::uint64_t connection, model::Way way,
                          const model::Lane* own) override;
  void sent(model::Lane& lane, std::size_t bytes) override;
  void ended(model::Lane& lane) override;
  void broke(model::Lane& lane) override;
  void received(model::Lane& lane, std::size_t bytes) override;
  void end_read(model::Lane& lane) override;
  void nameless_end_read(model::Way way, std::uint64_t bytes) override;
  void nameless_close() override { bytes_exact_.nameless_close(); }
  void corrupt(model::Way way, std::uint64_t connection, std::string story) override;
  void backend_accepted(std::uint32_t host) override;
  void backend_saw_reset(std::uint32_t host) override;
  void cannot_listen(std::uint32_t host) override;

 private:
  TimePoint now() const noexcept { return kernel_.now(); }
  model::Lane& add_lane(std::uint64_t connection, model::Way way, std::uint32_t host);
  const model::Lane* find_lane(std::uint64_t connection, model::Way way) const;
  void sample_buffers();
  void finish_counters();
  std::vector<std::size_t> clients_of_sessions() const;  // connections, kNobody where unknown
  std::vector<const Oracle*> oracles() const;

  Kernel& kernel_;
  const ProxyProbe& probe_;
  Counters counters_;
  std::deque<model::Lane> lanes_;
  std::vector<model::Lane*> served_;  // by number without kServedBit
  std::vector<ConnectionFacts> connections_;
  std::vector<SessionFacts> sessions_;
  std::map<std::uint32_t, std::uint64_t> backend_accepts_;
  AnswerTimes answer_times_;

  BytesExact bytes_exact_;
  OneOutcome one_outcome_;
  SessionsEnd sessions_end_;
  BuffersReturned buffers_returned_;
  NothingLeft nothing_left_;
  InFlight in_flight_;
  SessionDeadlines session_deadlines_;
  DrainLosesNothing drain_;
  Liveness liveness_;
  Expectations expectations_;
  TimeMovesOn time_moves_on_;
  HttpPanel http_;
};

}  // namespace weir::sim::check
