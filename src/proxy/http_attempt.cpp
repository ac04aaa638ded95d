// HttpExchange, first part: its life, and the attempts to have the request answered by a backend.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "proxy/http_exchange.hpp"

namespace weir::proxy {
namespace {

std::string address_text(const Endpoint& at) {
  const std::string text = to_string(at);
  if (!at.is_v6) return text.substr(0, text.rfind(':'));
  return text.substr(1, text.rfind(']') - 1);
}

}  // namespace

task::Task<> HttpExchange::run() {
  while (state_ == State::awaiting_head) {
    lb::PickInput input{.now = now(),
                        .hash = hash_,
                        .random = worker_.world.random,
                        .tried = std::span(tried_).first(tries_)};
    if (!begin_attempt(input)) break;
    if (!lease_ || !lease_->is_connected()) {
      client_.input.keep();  // what came of the body with the head
      co_await connect();
    }
    if (state_ == State::awaiting_head && lease_) {
      send_request();
      while (!is_over()) {
        watch();
        const task::Alarm::Woken woken = co_await client_.alarm.wait();
        step(woken);
      }
    }
    if (state_ != State::failed || !may_try_again()) break;
    state_ = State::awaiting_head;
  }
  finish();
}

// False: nobody is there to be asked.
bool HttpExchange::begin_attempt(const lb::PickInput& input) {
  std::optional<std::uint32_t> backend;
  if (resends_) {
    backend = attempt().backend;
  } else {
    backend = upstreams_.plan.balance.pick(input);
    const auto known = input.tried;
    if (backend && std::ranges::find(known, *backend) != known.end()) backend.reset();
  }
  if (!backend) {
    if (tries_ == 0) {
      state_ = State::failed;
      record_.status = 503;
      record_.error = http::ProxyError::destination_unavailable;
      record_.details = "no backend is in service";
    }
    return false;
  }
  tried_[tries_++] = *backend;
  attempt() = Attempt{};
  attempt().backend = *backend;
  attempt().address = upstreams_.plan.backends[*backend];
  attempt().started = now() - client_.request_began;
  in_flight_.emplace(upstreams_.plan.balance.begin(*backend));
  lease_ =
      resends_ ? upstreams_.pool.try_fresh_lease(*backend) : upstreams_.pool.try_lease(*backend);
  attempt().reused = lease_ && lease_->is_reused();
  resends_ = false;
  return true;
}

// Waits for the right to connect where there is none, then connects.
task::Task<> HttpExchange::connect() {
  const HttpTimeouts& timeouts = worker_.options.timeouts;
  if (!lease_) {
    const TimePoint queue_deadline = after(now(), timeouts.queue);
    auto leased = co_await upstreams_.pool.wait_for_lease(attempt().backend, queue_deadline);
    if (!leased) {
      in_flight_.reset();  // our own limit: nothing that the backend is to blame for
      end_attempt(AttemptEnd::cancelled);
      state_ = State::failed;
      record_.status = 503;
      record_.error = http::ProxyError::connection_limit_reached;
      record_.details = "all connections to the backend are in use";
      co_return;
    }
    lease_.emplace(std::move(*leased));
    attempt().reused = lease_->is_connected();
  }
  if (!lease_->is_connected()) {
    ++worker_.counters.connects;
    const TimePoint connect_deadline = after(now(), timeouts.connect);
    auto connected = co_await worker_.world.connector.connect(attempt().address, connect_deadline);
    if (!connected) {
      connect_failed(connected.error().code);
      co_return;
    }
    lease_->connected(std::move(*connected));
  }
  attempt().connected = now() - client_.request_began - attempt().started;
}

void HttpExchange::connect_failed(ErrorCode code) {
  ++worker_.counters.connects_failed;
  if (code == ErrorCode::timed_out) {
    fail(AttemptEnd::connect_timeout, http::ProxyError::connection_timeout,
         "the backend did not answer the connect in time");
  } else {
    fail(AttemptEnd::connect_failed, http::ProxyError::connection_refused,
         "no connection to the backend could be opened");
  }
}

void HttpExchange::fail(AttemptEnd how, http::ProxyError error, std::string_view details) {
  state_ = State::failed;
  record_.status = http::status_for(error);
  record_.error = error;
  record_.details = details;
  end_attempt(how);
}

void HttpExchange::end_attempt(AttemptEnd end) {
  if (tries_ == 0 || attempt().end != AttemptEnd::running) return;
  Attempt& ended = attempt();
  ended.end = end;
  ended.total = now() - client_.request_began - ended.started;
  const bool blameless = end == AttemptEnd::client_gone || end == AttemptEnd::cancelled;
  if (in_flight_ && !blameless) {
    lb::Outcome outcome;
    outcome.now = now();
    outcome.latency = ended.first_byte > Duration::zero() ? ended.first_byte : ended.total;
    outcome.failed = end != AttemptEnd::answered;
    in_flight_->end(outcome);
  }
  in_flight_.reset();
  const bool reusable = end == AttemptEnd::answered && upstream_keeps_ && up_done_ && !up_broken_ &&
                        to_upstream_.empty() && from_upstream_.empty();
  if (reusable && !worker_.draining) {
    upstreams_.pool.give_back(std::move(*lease_));
  } else if (lease_ && lease_->is_connected() && end != AttemptEnd::answered) {
    lease_->stream().abort();
  }
  lease_.reset();
}

bool HttpExchange::may_try_again() const noexcept {
  if (head_sent_ || tries_ == 0 || tries_ >= kTriesMax) return false;
  if (resends_) return true;
  const AttemptEnd end = attempts_[tries_ - 1].end;
  const bool never_connected =
      end == AttemptEnd::connect_failed || end == AttemptEnd::connect_timeout;
  return never_connected && tries_ < upstreams_.plan.tries_max;
}

HttpExchange::HttpExchange(HttpWorker& worker, ClientSide& client, const http::RequestHead& head,
                           const Destination& destination)
    : worker_(worker),
      client_(client),
      destination_(destination),
      upstreams_(worker.upstreams[destination.cluster]),
      host_(head.authority),
      hash_(hash_of(upstreams_.plan.hash, head, client.peer)),
      method_(head.method),
      path_begin_(static_cast<std::uint16_t>(head.method_text.size() + 1)),
      path_bytes_(static_cast<std::uint32_t>(head.path.size())),
      minor_(head.minor),
      offers_upgrade_(!head.upgrade.empty()),
      sends_chunks_(head.body.kind == http::Body::Kind::chunked),
      has_body_(!head.body.empty()),
      up_done_(!has_body_),
      up_(head.body, worker.options.limits),
      to_upstream_(worker.world.buffers),
      up_moved_at_(now()),
      down_moved_at_(now()) {
  const std::uint64_t id = worker_.world.random.next();
  request_id_ = fmt::format("{:016x}", id);
  for (const http::Field& field : head.fields) {
    const bool believed = destination_.policy.options().trusted_hops > 0;
    if (believed && field.id == http::FieldId::x_request_id) request_id_ = field.value;
  }
  const std::string address = address_text(client_.peer);
  http::RequestHop hop;
  hop.client = address;
  hop.scheme = worker_.options.scheme;
  hop.request_id = request_id_;
  http::append_request_head(request_, head, destination_.policy, hop);
  client_.keep_alive = head.keep_alive && client_.keep_alive;
}

HttpExchange::~HttpExchange() {
  end_attempt(AttemptEnd::cancelled);
  record_.session = client_.number;
  record_.number = client_.requests;
  record_.client = client_.peer;
  record_.method = std::string_view(request_).substr(0, path_begin_ - 1U);
  record_.path = std::string_view(request_).substr(path_begin_, path_bytes_);
  record_.host = host_;
  record_.route = destination_.route;
  record_.cluster = upstreams_.plan.name;
  record_.request_id = request_id_;
  record_.duration = now() - client_.request_began;
  record_.attempts = std::span(attempts_).first(tries_);
  worker_.counters.bytes_in += record_.bytes_in;
  worker_.counters.bytes_out += record_.bytes_out;
  worker_.note_end(record_.end);
  worker_.observer.request_ended(record_);
}

}  // namespace weir::proxy
