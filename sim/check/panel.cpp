#include "sim/check/panel.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"

namespace weir::sim::check {

using model::Lane;
using model::Outcome;
using model::Way;

namespace {
constexpr std::size_t kNobody = SIZE_MAX;
}

Panel::Panel(Kernel& kernel, const ProxyProbe& probe, const PanelSetup& setup)
    : kernel_(kernel),
      probe_(probe),
      in_flight_(setup.bounds.in_flight_up_max, setup.bounds.in_flight_down_max),
      session_deadlines_(setup.bounds),
      drain_(setup.bounds),
      liveness_(setup.liveness_from),
      expectations_(setup.expected),
      http_({kernel_, probe_, counters_, answer_times_, liveness_, buffers_returned_},
            setup.bounds.http, setup.bounds.slack) {}

// ---- what clients do ------------------------------------------------------------------------

std::uint64_t Panel::connecting(std::uint32_t) {
  connections_.emplace_back().begun_at = now();
  ++counters_[Counter::connections];
  return connections_.size() - 1;
}

void Panel::connected(std::uint64_t connection, const Endpoint& local) {
  connections_[connection].connected_at = now();
  connections_[connection].local = local;
  ++counters_[Counter::connected];
}

void Panel::closed(std::uint64_t connection, bool cleanly) {
  connections_[connection].closed_at = now();
  connections_[connection].cleanly = cleanly;
  if (cleanly) ++counters_[Counter::closed_cleanly];
}

void Panel::exchange_begun(std::uint64_t connection, std::uint32_t request) {
  connections_[connection].exchange_begun_at = now();
  ++counters_[Counter::exchanges];
  kernel_.record(EventKind::request_sent, connection, request);
  one_outcome_.begun(now(), connection, request);
}

void Panel::exchange_ended(std::uint64_t connection, std::uint32_t request, Outcome outcome) {
  constexpr auto kFirst = static_cast<std::size_t>(Counter::complete);
  ConnectionFacts& facts = connections_[connection];
  ++counters_[static_cast<Counter>(kFirst + static_cast<std::size_t>(outcome))];
  if (outcome == Outcome::complete) {
    answer_times_.add(now() - facts.exchange_begun_at);
    kernel_.record(EventKind::request_done, connection, request);
  } else {
    facts.error_at = now();
    facts.error = outcome;
    kernel_.record(EventKind::request_failed, connection, static_cast<std::uint64_t>(outcome));
  }
  one_outcome_.ended(now(), connection, request, outcome);
  liveness_.exchange_ended(now(), facts.exchange_begun_at, outcome);
}

// ---- lanes ----------------------------------------------------------------------------------

Lane& Panel::add_lane(std::uint64_t connection, Way way, std::uint32_t host) {
  Lane& lane = lanes_.emplace_back();
  lane.connection = connection;
  lane.way = way;
  lane.host = host;
  lane.moved_at = now();
  return lane;
}

// A backend opens the downward lane of the connection that its first header named; the claim of the
// upward lane has made sure that there is such a connection, and that nobody opened it before.
Lane& Panel::open_lane(std::uint64_t connection, Way way, std::uint32_t host) {
  ASSERT(connection < connections_.size(), "a lane is opened on a connection that was begun");
  Lane& lane = add_lane(connection, way, host);
  ConnectionFacts& facts = connections_[connection];
  (way == Way::up ? facts.up : facts.down) = &lane;
  return lane;
}

Lane& Panel::open_served_lane(std::uint32_t host) {
  Lane& lane = add_lane(model::kServedBit | served_.size(), Way::down, host);
  served_.push_back(&lane);
  return lane;
}

const Lane* Panel::find_lane(std::uint64_t connection, Way way) const {
  const std::uint64_t number = connection & ~model::kServedBit;
  if ((connection & model::kServedBit) != 0) {
    return number < served_.size() && way == Way::down ? served_[number] : nullptr;
  }
  if (number >= connections_.size()) return nullptr;
  return way == Way::up ? connections_[number].up : connections_[number].down;
}

Lane* Panel::claim_lane(std::uint64_t connection, Way way, const Lane* own) {
  Lane* lane = const_cast<Lane*>(std::as_const(*this).find_lane(connection, way));
  if (lane == nullptr) {
    bytes_exact_.corrupt(now(), way, connection, "a header names it, but nobody sent one");
    return nullptr;
  }
  if (lane->claimed) {
    bytes_exact_.corrupt(now(), way, connection, "its bytes arrive in two places");
    return nullptr;
  }
  if (own != nullptr && (connection & model::kServedBit) == 0 && own->connection != connection) {
    bytes_exact_.corrupt(now(), way, connection,
                         fmt::format("its bytes arrive on connection {}", own->connection));
    return nullptr;
  }
  lane->claimed = true;
  if (own != nullptr && own->way == Way::up) connections_[own->connection].down = lane;
  return lane;
}

void Panel::sent(Lane& lane, std::size_t bytes) {
  lane.sent += bytes;
  lane.moved_at = now();
  in_flight_.sent(now(), lane);
  sample_buffers();
}

void Panel::received(Lane& lane, std::size_t bytes) {
  lane.received += bytes;
  lane.moved_at = now();
  counters_[lane.way == Way::up ? Counter::bytes_up : Counter::bytes_down] +=
      static_cast<std::int64_t>(bytes);
  bytes_exact_.received(now(), lane, bytes);
  sample_buffers();
}

void Panel::ended(Lane& lane) {
  if (lane.ended || lane.broken || lane.lost) return;
  lane.ended = true;
  lane.ended_at = lane.moved_at = now();
  bytes_exact_.ended(lane);
}

void Panel::broke(Lane& lane) { lane.broken = true; }

void Panel::end_read(Lane& lane) {
  lane.end_read = true;
  lane.moved_at = now();
  bytes_exact_.end_read(now(), lane);
}

void Panel::nameless_end_read(Way way, std::uint64_t bytes) {
  bytes_exact_.nameless_end_read(now(), way, bytes);
}

void Panel::corrupt(Way way, std::uint64_t connection, std::string story) {
  bytes_exact_.corrupt(now(), way, connection, story);
}

void Panel::sample_buffers() {
  buffers_returned_.sample(now(), probe_.blocks_lent(), probe_.open_sessions());
}

// ---- backends and the proxy -----------------------------------------------------------------

void Panel::backend_accepted(std::uint32_t host) {
  ++backend_accepts_[host];
  ++counters_[Counter::backend_accepted];
}

void Panel::backend_saw_reset(std::uint32_t) { ++counters_[Counter::backend_resets]; }

void Panel::cannot_listen(std::uint32_t host) {
  expectations_.not_set_up(now(), fmt::format("the backend on host {} cannot listen", host));
}

void Panel::proxy_cannot_listen(const std::string& why) {
  expectations_.not_set_up(now(), "the proxy cannot listen: " + why);
}

void Panel::session_ended(std::size_t worker, const proxy::SessionRecord& record) {
  constexpr auto kFirst = static_cast<std::size_t>(Counter::sessions_finished);
  SessionFacts& session = sessions_.emplace_back();
  session.worker = worker;
  session.ended_at = now();
  session.accepted_at = now() - record.duration;
  session.record = record;
  ++counters_[static_cast<Counter>(kFirst + static_cast<std::size_t>(record.end))];
  counters_[Counter::connects_failed] += record.connects_failed;
  kernel_.record(EventKind::session_ended, record.number,
                 record.bytes_from_client + record.bytes_from_upstream);
  sessions_end_.ended(session);
  drain_.session_ended(session);
}

void Panel::worker_ended(std::size_t worker, const WorkerFacts& facts) {
  counters_[Counter::sessions] += static_cast<std::int64_t>(facts.accepted);
  counters_[Counter::accept_pauses] += static_cast<std::int64_t>(facts.accept_pauses);
  std::int64_t& most = counters_[Counter::open_max];
  most = std::max(most, static_cast<std::int64_t>(facts.open_max));
  sessions_end_.worker_ended(now(), worker, facts);
  if (!facts.died) drain_.worker_ended(now());
}

void Panel::drain_begins() { drain_.began(now(), probe_.open_sessions()); }

void Panel::host_loses_power(std::uint32_t host) {
  for (Lane& lane : lanes_) {
    if (lane.host == host && !lane.ended) lane.lost = true;
  }
}

void Panel::proxy_dies() {
  bytes_exact_.proxy_died();
  drain_.proxy_was_hurt();
  for (Lane& lane : lanes_) lane.excused = true;
}

// ---- the end --------------------------------------------------------------------------------

void Panel::clients_are_done(bool in_time) {
  counters_[Counter::clients_done] = (now() - TimePoint()).count();
  if (!in_time) one_outcome_.not_in_time(now());
}

void Panel::sessions_had_their_time() {
  sessions_end_.settled(now(), probe_.open_sessions());
  http_.settled();
}

void Panel::proxy_is_gone(std::uint64_t descriptors) {
  buffers_returned_.finish(now(), probe_.blocks_lent());
  nothing_left_.proxy_ended(now(), descriptors);
  http_.proxy_ended();
}

// A session's client is the connection from its address that began last before it was accepted.
std::vector<std::size_t> Panel::clients_of_sessions() const {
  std::map<Endpoint, std::vector<std::size_t>> by_address;  // in the order of their beginning
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (connections_[i].connected_at) by_address[connections_[i].local].push_back(i);
  }
  std::vector<std::size_t> clients;
  for (const SessionFacts& session : sessions_) {
    std::size_t& client = clients.emplace_back(kNobody);
    const auto at = by_address.find(session.record.client);
    if (at == by_address.end()) continue;
    for (const std::size_t candidate : at->second) {
      if (connections_[candidate].begun_at <= session.accepted_at) client = candidate;
    }
  }
  return clients;
}

void Panel::all_is_over(std::uint64_t connections, const DelayBefore& delay_before) {
  const std::vector<std::size_t> clients = clients_of_sessions();
  std::vector<const SessionFacts*> session_of(connections_.size());
  for (std::size_t i = 0; i < sessions_.size(); ++i) {
    const bool known = clients[i] != kNobody;
    session_deadlines_.judge(sessions_[i], known ? &connections_[clients[i]] : nullptr,
                             delay_before(sessions_[i].ended_at));
    if (known) session_of[clients[i]] = &sessions_[i];
  }
  for (std::size_t i = 0; i < connections_.size(); ++i) {
    if (counters_[Counter::accept_pauses] == 0) drain_.judge(connections_[i], session_of[i]);
  }
  one_outcome_.finish(now());
  nothing_left_.all_ended(now(), connections);
  liveness_.finish(now());
  http_.finish(delay_before);
  finish_counters();
  expectations_.finish(now(), counters_);
}

void Panel::finish_counters() {
  answer_times_.fill(counters_);
  counters_[Counter::in_flight_max] = static_cast<std::int64_t>(in_flight_.bytes_max());
  counters_[Counter::buffers_max] = static_cast<std::int64_t>(buffers_returned_.bytes_max());
  counters_[Counter::drain_time] = drain_.took().count();
  if (backend_accepts_.empty()) return;
  std::uint64_t least = UINT64_MAX;
  std::uint64_t most = 0;
  for (const auto& [host, accepted] : backend_accepts_) {
    least = std::min(least, accepted);
    most = std::max(most, accepted);
  }
  counters_[Counter::backend_accepted_least] = static_cast<std::int64_t>(least);
  counters_[Counter::backend_accepted_most] = static_cast<std::int64_t>(most);
}

std::vector<const Oracle*> Panel::oracles() const {
  std::vector<const Oracle*> all = {&bytes_exact_,       &one_outcome_,  &sessions_end_,
                                    &buffers_returned_,  &nothing_left_, &in_flight_,
                                    &session_deadlines_, &drain_,        &liveness_,
                                    &expectations_,      &time_moves_on_};
  if (!http_.has_seen_requests()) return all;
  for (const Oracle* oracle : http_.oracles()) all.push_back(oracle);
  return all;
}

void Panel::report(Verdict& verdict) const {
  verdict.passed = true;
  verdict.counters = counters_;
  for (const Oracle* oracle : oracles()) {
    verdict.passed = verdict.passed && oracle->holds();
    verdict.oracles.push_back(OracleReport{oracle->name(), oracle->holds(), oracle->report()});
  }
}

}  // namespace weir::sim::check
