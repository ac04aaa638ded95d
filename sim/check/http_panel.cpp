#include "sim/check/http_panel.hpp"

#include <algorithm>
#include <utility>

namespace weir::sim::check {

using model::HttpEnd;
using model::HttpMethod;
using model::HttpTag;
using model::Outcome;

namespace {
constexpr Duration kBurst = std::chrono::milliseconds(50);
}

HttpPanel::HttpPanel(const Shared& shared, const HttpBounds& bounds, Duration slack)
    : shared_(shared), requests_(bounds), deadlines_(bounds, slack), gauges_(bounds) {}

void HttpPanel::request_begun(const HttpTag& tag, HttpMethod method) {
  if (begun_at_.size() <= tag.connection) begun_at_.resize(tag.connection + 1);
  begun_at_[tag.connection].at.push_back(now());
  ++shared_.counters[Counter::exchanges];
  shared_.kernel.record(EventKind::request_sent, tag.connection, tag.request);
  answers_.begun(now(), tag);
  requests_.begun(tag, method);
  sample();
}

void HttpPanel::request_keyed(const HttpTag& tag, std::uint64_t key) { requests_.keyed(tag, key); }

void HttpPanel::request_ended(const HttpTag& tag, const HttpEnd& end) {
  constexpr auto kFirst = static_cast<std::size_t>(Counter::complete);
  Begun& begun = begun_at_[tag.connection];
  const TimePoint begun_at = begun.at[tag.request];
  ++shared_.counters[static_cast<Counter>(kFirst + static_cast<std::size_t>(end.outcome))];
  if (end.outcome == Outcome::complete) {
    shared_.times.add(now() - begun_at);
    shared_.kernel.record(EventKind::request_done, tag.connection, tag.request);
  } else {
    shared_.kernel.record(EventKind::request_failed, tag.connection,
                          static_cast<std::uint64_t>(end.outcome));
  }
  if (end.status > 0) count_answer(end);
  answers_.ended(now(), tag);
  requests_.ended(now(), tag, end);
  if (!end.slowed) deadlines_.ended(std::max(begun_at, begun.last_end), now(), to_string(tag));
  begun.last_end = now();
  shared_.liveness.exchange_ended(now(), begun_at, end.outcome);
  sample();
}

void HttpPanel::count_answer(const HttpEnd& end) {
  Counters& counters = shared_.counters;
  if (end.status >= 400) {
    ++counters[end.status < 500 ? Counter::answers_4xx : Counter::answers_5xx];
  }
  if (!end.own_answer) return;
  ++counters[Counter::own_answers];
  switch (end.status) {
    case 400: ++counters[Counter::own_400]; break;
    case 408: ++counters[Counter::own_408]; break;
    case 429: ++counters[Counter::own_429]; break;
    case 502: ++counters[Counter::own_502]; break;
    case 503: ++counters[Counter::own_503]; break;
    case 504: ++counters[Counter::own_504]; break;
    default: break;
  }
}

void HttpPanel::request_proxied(const proxy::RequestRecord& record) {
  Counters& counters = shared_.counters;
  counters[Counter::attempts] += static_cast<std::int64_t>(record.attempts.size());
  counters[Counter::attempts_reused] +=
      std::ranges::count(record.attempts, true, &proxy::Attempt::reused);
  if (record.attempts.size() > 1) ++counters[Counter::retried];
  shared_.kernel.record(EventKind::session_ended, record.session,
                        record.bytes_in + record.bytes_out);
}

void HttpPanel::health_changed(std::uint32_t backend, const lb::Transition& change) {
  Counters& counters = shared_.counters;
  shared_.kernel.record(EventKind::note, backend, static_cast<std::uint64_t>(change.to));
  const bool is_up = change.to == lb::Health::up;
  if (is_up) ++counters[Counter::health_ups];
  if (change.from == lb::Health::unknown) return;
  if (!is_up) ++counters[Counter::health_downs];
  std::int64_t& first = counters[is_up ? Counter::first_up : Counter::first_down];
  if (first == 0) first = (now() - TimePoint()).count();
}

void HttpPanel::wrong_answer(const HttpTag& tag, std::string story) {
  answers_.wrong(now(), tag, story);
}

void HttpPanel::processing(std::uint32_t host, const HttpTag& tag, HttpMethod method, bool) {
  ++processed_[host];
  ++shared_.counters[Counter::requests_processed];
  shared_.kernel.record(EventKind::note, host, tag.connection);
  requests_.processing(now(), host, tag, method);
  sample();
}

void HttpPanel::probed(std::uint32_t host) {
  ++shared_.counters[Counter::probes];
  probed_at_.push_back(now());
  while (after(probed_at_.front(), kBurst) < now()) probed_at_.pop_front();
  std::int64_t& most = shared_.counters[Counter::probes_burst];
  most = std::max(most, static_cast<std::int64_t>(probed_at_.size()));
  shared_.kernel.record(EventKind::note, host, 0);
}

void HttpPanel::wrong_request(std::uint32_t host, std::string story) {
  requests_.wrong(now(), host, story);
}

void HttpPanel::body_received(model::Way way, std::size_t bytes) {
  shared_.counters[way == model::Way::up ? Counter::bytes_up : Counter::bytes_down] +=
      static_cast<std::int64_t>(bytes);
  sample_buffers();
}

void HttpPanel::finish(const std::function<Duration(TimePoint)>& delay_before) {
  Counters& counters = shared_.counters;
  answers_.finish(now());
  deadlines_.finish(delay_before);
  counters[Counter::keys_moved] = static_cast<std::int64_t>(requests_.moved());
  counters[Counter::requests_repeated] = static_cast<std::int64_t>(requests_.repeated());
  counters[Counter::upstream_idle_max] = static_cast<std::int64_t>(gauges_.most().upstream_idle);
  counters[Counter::waiting_max] = static_cast<std::int64_t>(gauges_.most().requests_waiting);
  if (processed_.empty()) return;
  const auto [least, most] = std::ranges::minmax_element(
      processed_, {}, [](const auto& of_host) { return of_host.second; });
  counters[Counter::requests_least] = static_cast<std::int64_t>(least->second);
  counters[Counter::requests_most] = static_cast<std::int64_t>(most->second);
}

std::vector<const Oracle*> HttpPanel::oracles() const {
  return {&answers_, &requests_, &deadlines_, &gauges_};
}

}  // namespace weir::sim::check
