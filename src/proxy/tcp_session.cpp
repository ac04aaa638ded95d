#include "proxy/tcp_session.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "proxy/client_hash.hpp"
#include "proxy/relay.hpp"
#include "task/race.hpp"

namespace weir::proxy {
namespace {

// The session's state, in the frame of run_tcp_session; its destructor is the end of the session,
// also when that is cancelled.
class Session {
 public:
  Session(const TcpSessionContext& context, std::unique_ptr<io::Stream> client,
          std::uint64_t number)
      : context_(context),
        started_(context.world.timers.now()),
        client_(std::move(client)),
        activity_(context.world.run_queue) {
    record_.number = number;
    record_.client = client_->peer();
    record_.end = SessionEnd::cancelled;
  }

  ~Session() {
    if (record_.end != SessionEnd::finished) {
      client_->abort();
      if (upstream_ != nullptr) upstream_->abort();
    }
    if (up_) record_.bytes_from_client = up_->bytes;
    if (down_) record_.bytes_from_upstream = down_->bytes;
    record_.duration = context_.world.timers.now() - started_;
    context_.observer.session_ended(record_);
  }

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  task::Task<> connect();
  task::Task<> relay_both();
  task::Task<> wait_until_idle();

  bool is_connected() const noexcept { return upstream_ != nullptr; }
  void end(SessionEnd how) noexcept { record_.end = how; }
  SessionEnd how_relays_ended() const;
  SessionEnd how_idle() const noexcept {
    return is_half_closed() ? SessionEnd::half_close_timeout : SessionEnd::idle_timeout;
  }

 private:
  bool begin_attempt();
  lb::Outcome connected_in(Duration latency, bool failed) const;
  bool is_half_closed() const noexcept { return activity_.directions_ended > 0; }

  const TcpSessionContext& context_;
  TimePoint started_;
  std::unique_ptr<io::Stream> client_;
  std::unique_ptr<io::Stream> upstream_;  // null until connected
  std::optional<lb::InFlight> in_flight_;
  std::vector<std::uint32_t> tried_;  // in vain
  SessionActivity activity_;
  std::optional<RelayDirection> up_;    // client to upstream
  std::optional<RelayDirection> down_;  // upstream to client
  SessionRecord record_;
};

// Tries each backend that may be asked once, in the order of the policy. That no file descriptor is
// left is no fault of the backend: it is tried again until the deadline.
task::Task<> Session::connect() {
  task::Timers& timers = context_.world.timers;
  while (begin_attempt()) {
    const TimePoint began = timers.now();
    const TimePoint deadline = after(began, context_.options.connect_timeout);
    for (;;) {
      auto connected = co_await context_.world.connector.connect(record_.backend, deadline);
      if (connected) {
        upstream_ = std::move(*connected);
        record_.connect_time = timers.now() - started_;
        in_flight_->observe(connected_in(timers.now() - began, false));
        co_return;
      }
      if (connected.error().code != ErrorCode::no_descriptors) break;
      if (timers.now() >= deadline) co_return;  // no other backend can be had without one, either
      const WaitForDescriptor counted(context_.without_descriptor);
      const TimePoint until = std::min(deadline, after(timers.now(), kDescriptorPause));
      co_await task::sleep_until(context_.world.run_queue, timers, until);
    }
    in_flight_->end(connected_in(timers.now() - began, true));
    in_flight_.reset();
    tried_.push_back(record_.backend_index);
    ++record_.connects_failed;
  }
}

// False: nobody is left to be asked.
bool Session::begin_attempt() {
  lb::PickInput input{.now = context_.world.timers.now(),
                      .hash = hash_client(record_.client),
                      .random = context_.world.random,
                      .tried = tried_};
  const std::optional<std::uint32_t> picked = context_.balance.pick(input);
  if (!picked || std::ranges::find(tried_, *picked) != tried_.end()) return false;
  record_.backend_index = *picked;
  record_.backend = context_.options.backends[*picked];
  in_flight_.emplace(context_.balance.begin(*picked));
  return true;
}

lb::Outcome Session::connected_in(Duration latency, bool failed) const {
  lb::Outcome outcome;
  outcome.now = context_.world.timers.now();
  outcome.latency = latency;
  outcome.failed = failed;
  return outcome;
}

task::Task<> Session::relay_both() {
  activity_.last = context_.world.timers.now();
  up_.emplace(*client_, *upstream_, activity_);
  down_.emplace(*upstream_, *client_, activity_);
  co_await task::both(relay(context_.world, *up_), relay(context_.world, *down_));
}

// One timer a session whose deadline moves lazily: activity only notes the time, and when the timer
// rings too early it is set again.
task::Task<> Session::wait_until_idle() {
  task::Timers& timers = context_.world.timers;
  for (;;) {
    const Duration allowed =
        is_half_closed() ? context_.options.half_close_timeout : context_.options.idle_timeout;
    const TimePoint deadline = after(activity_.last, allowed);
    if (deadline <= timers.now()) co_return;
    co_await activity_.half_closed.wait_until(timers, deadline);
  }
}

SessionEnd Session::how_relays_ended() const {
  const RelayDirection* failed = activity_.first_failed;
  if (failed == nullptr) return SessionEnd::finished;
  const io::Stream& culprit = failed->end == RelayEnd::read_failed ? failed->from : failed->to;
  return &culprit == client_.get() ? SessionEnd::client_reset : SessionEnd::upstream_reset;
}

}  // namespace

task::Task<> run_tcp_session(const TcpSessionContext& context, std::unique_ptr<io::Stream> client,
                             std::uint64_t number) {
  Session session(context, std::move(client), number);
  co_await session.connect();
  if (!session.is_connected()) {
    session.end(SessionEnd::no_backend);
    co_return;
  }
  const std::size_t winner = co_await task::race(session.relay_both(), session.wait_until_idle());
  session.end(winner == 0 ? session.how_relays_ended() : session.how_idle());
}

}  // namespace weir::proxy
