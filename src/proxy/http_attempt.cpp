// HttpExchange, first part: its life, and the attempts to have the request answered by a backend.

#include <algorithm>
#include <utility>

#include "proxy/http_exchange.hpp"

namespace weir::proxy {
namespace {

// 16 hexadecimal digits.
std::array<char, 16> id_text(std::uint64_t id) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<char, 16> text;
  for (char& digit : text) {
    digit = kDigits[id >> 60];
    id <<= 4;
  }
  return text;
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
      if (state_ == State::awaiting_head) look_at_client();  // it may have gone meanwhile
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
      status_ = 503;
      error_ = http::ProxyError::destination_unavailable;
      details_ = "no backend is in service";
    }
    return false;
  }
  tried_[tries_++] = *backend;
  attempt() = Attempt{};
  attempt().backend = *backend;
  attempt().address = upstreams_.plan.backends[*backend];
  attempt().started = now() - client_.request_began;
  in_flight_.emplace(upstreams_.plan.balance.begin(*backend));
  // Who met a stale connection once does not try another: nothing is sent a third time.
  lease_ =
      resent_ ? upstreams_.pool.try_fresh_lease(*backend) : upstreams_.pool.try_lease(*backend);
  attempt().reused = lease_ && lease_->is_reused();
  resends_ = false;
  return true;
}

// Waits for the right to connect where there is none, then connects.
task::Task<> HttpExchange::connect() {
  const UpstreamTimeouts& timeouts = upstreams_.plan.timeouts;
  if (!lease_) {
    const TimePoint queue_deadline = after(now(), timeouts.queue);
    const std::uint32_t backend = attempt().backend;
    auto leased = co_await upstreams_.pool.wait_for_lease(backend, queue_deadline, resent_);
    if (!leased) {
      in_flight_.reset();  // our own limit: nothing that the backend is to blame for
      end_attempt(AttemptEnd::cancelled);
      state_ = State::failed;
      status_ = 503;
      error_ = http::ProxyError::connection_limit_reached;
      details_ = "all connections to the backend are in use";
      co_return;
    }
    lease_.emplace(std::move(*leased));
    attempt().reused = lease_->is_connected();
  }
  if (!lease_->is_connected()) {
    ++worker_.counters.connects;
    const TimePoint connect_deadline = after(now(), timeouts.connect);
    for (;;) {
      auto connected =
          co_await worker_.world.connector.connect(attempt().address, connect_deadline);
      if (connected) {
        lease_->connected(std::move(*connected));
        break;
      }
      if (connected.error().code != ErrorCode::no_descriptors || now() >= connect_deadline) {
        connect_failed(connected.error().code);
        co_return;
      }
      // No fault of the backend's: wait for a descriptor, and accept nobody meanwhile.
      const WaitForDescriptor counted(worker_.without_descriptor);
      const TimePoint until = std::min(connect_deadline, after(now(), kDescriptorPause));
      co_await task::sleep_until(worker_.world.run_queue, worker_.world.timers, until);
    }
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
  if (!head_sent_) status_ = http::status_for(error);
  error_ = error;
  details_ = details;
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
    outcome.failed = end != AttemptEnd::answered || status_ >= 500;
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
      own_id_(id_text(worker.world.random.next())),
      host_(head.authority),
      hash_(upstreams_.plan.balance.hashes() ? hash_of(upstreams_.plan.hash, head, client.peer)
                                             : 0),
      method_(head.method),
      path_begin_(static_cast<std::uint16_t>(head.method_text.size() + 1)),
      path_bytes_(static_cast<std::uint32_t>(head.path.size())),
      minor_(head.minor),
      offers_upgrade_(!head.upgrade.empty()),
      sends_chunks_(head.body.kind == http::Body::Kind::chunked),
      has_body_(!head.body.empty()),
      up_done_(!has_body_),
      awaits_continue_(head.expects_continue),
      up_(head.body, worker.options.limits),
      to_upstream_(worker.world.buffers),
      up_moved_at_(now()),
      down_moved_at_(now()) {
  std::string& address = worker_.tail;
  address.clear();
  append_address(address, client_.peer);
  http::RequestHop hop;
  hop.client = address;
  hop.scheme = worker_.options.scheme;
  hop.request_id = request_id();
  const std::string_view sent_id = http::request_id_of(head, destination_.policy, hop);
  if (sent_id.data() != own_id_.data()) believed_id_ = sent_id;
  http::append_request_head(request_, head, destination_.policy, hop);
  client_.sent_last = !head.keep_alive;
  client_.keep_alive = head.keep_alive && client_.keep_alive;
}

HttpExchange::~HttpExchange() {
  end_attempt(AttemptEnd::cancelled);
  RequestRecord record;
  record.session = client_.number;
  record.number = client_.requests;
  record.client = client_.peer;
  record.method = std::string_view(request_).substr(0, path_begin_ - 1U);
  record.path = std::string_view(request_).substr(path_begin_, path_bytes_);
  record.host = host_;
  record.route = destination_.route;
  record.cluster = upstreams_.plan.name;
  record.request_id = request_id();
  record.status = status_;
  record.error = error_;
  record.details = details_;
  record.end = end_;
  record.bytes_in = bytes_in_;
  record.bytes_out = bytes_out_;
  record.duration = now() - client_.request_began;
  record.attempts = std::span(attempts_).first(tries_);
  worker_.counters.bytes_in += bytes_in_;
  worker_.counters.bytes_out += bytes_out_;
  worker_.note_end(end_);
  worker_.observer.request_ended(record);
}

}  // namespace weir::proxy
