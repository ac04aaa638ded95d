#include "real/asio_world.hpp"

#include <algorithm>
#include <csignal>
#include <random>
#include <utility>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "base/assert.hpp"
#include "real/asio_resolver.hpp"
#include "real/socket_context.hpp"
#include "real/tcp_connector.hpp"
#include "real/tcp_listener.hpp"
#include "task/task_group.hpp"

namespace weir::real {
namespace {

using SteadyClock = std::chrono::steady_clock;

class SystemWallClock final : public io::WallClock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  }
};

class TcpListeners final : public io::ListenerFactory {
 public:
  TcpListeners(SocketContext& context, std::vector<SpreadMember> members)
      : context_(context), members_(std::move(members)) {}
  Result<std::unique_ptr<io::Listener>> listen(Endpoint at, io::ListenOptions options) override {
    const bool has_mates = options.share_port && shared_ < members_.size();
    const SpreadMember member = has_mates ? members_[shared_++] : SpreadMember();
    return TcpListener::open(at, options, context_, member);
  }

 private:
  SocketContext& context_;
  std::vector<SpreadMember> members_;
  std::size_t shared_ = 0;  // listeners so far that share their port
};

std::uint64_t seed_from_system() {
  std::random_device device;
  const std::uint64_t high = device();
  return high << 32 | device();
}

}  // namespace

struct AsioWorld::Parts {
  Parts(io::Log& log, const AsioWorldOptions& options)
      : sockets_ready(context, sockets.poller.descriptor()),
        listeners(sockets, members(options)),
        connector(sockets, timers),
        resolver(context, run_queue, timers),
        random(StreamKey{options.seed != 0 ? options.seed : seed_from_system(), "world",
                         options.worker}),
        alarm(context),
        tasks(run_queue),
        world{run_queue, timers, listeners, connector, resolver, wall_clock, random, log, buffers} {
    timers.advance_to(time());
  }
  ~Parts() { sockets_ready.release(); }  // the Poller closes its descriptor itself

  // All Worlds of a process count from the same origin: what they share has one time.
  static TimePoint time() { return TimePoint(SteadyClock::now().time_since_epoch()); }
  std::function<void(std::function<void()>)> poster() {
    return [this](std::function<void()> work) { asio::post(context, std::move(work)); };
  }
  std::vector<SpreadMember> members(const AsioWorldOptions& options) {
    std::vector<SpreadMember> all;
    for (ConnectionSpread* spread : options.spreads) {
      all.push_back(SpreadMember{spread, options.worker, poster()});
    }
    return all;
  }
  void turn();
  std::size_t poll_sockets();
  void wait();
  void set_alarm();

  static constexpr int kOneThread = 1;  // a hint to Asio; post() from other threads stays safe
  asio::io_context context{kOneThread};
  task::RunQueue run_queue;
  task::Timers timers;
  SocketContext sockets{run_queue, {}, {}};
  asio::posix::stream_descriptor sockets_ready;  // the Poller's
  bool watching_sockets = false;                 // an async_wait for it is pending
  TcpListeners listeners;
  TcpConnector connector;
  AsioResolver resolver;
  SystemWallClock wall_clock;
  Random random;
  io::BufferPool buffers;
  asio::steady_timer alarm;  // wakes the loop for the next timer
  TimePoint alarm_at = kNever;
  bool stopped = false;
  task::TaskGroup tasks;
  io::World world;
};

void AsioWorld::run() {
  Parts& parts = *parts_;
  parts.stopped = false;
  parts.context.restart();  // it stops when it is left without work
  const auto work = asio::make_work_guard(parts.context);
  while (!parts.stopped && parts.tasks.size() > 0) parts.turn();
}

// Sockets come before timers: what arrived while this thread slept or was held up has arrived in
// time, though the deadline has passed as well by now.
// While sockets have something to say the loop costs one epoll_wait a turn and Asio is only looked
// at now and then; when they have nothing, the thread sleeps in Asio.
void AsioWorld::Parts::turn() {
  constexpr std::size_t kStepsMax = 64;  // so that sockets are looked at in between
  constexpr int kTurnsWithoutAsio = 16;
  for (int i = 0; i < kTurnsWithoutAsio; ++i) {
    const std::size_t found = poll_sockets();
    timers.advance_to(time());
    run_queue.run(kStepsMax);
    if (stopped || tasks.size() == 0) return;
    if (found == 0 && run_queue.empty()) return wait();
  }
  context.poll();
}

std::size_t AsioWorld::Parts::poll_sockets() {
  constexpr std::size_t kPollsMax = 128;
  std::size_t found = 0;
  for (std::size_t polls = 1; polls <= kPollsMax; ++polls) {
    found += sockets.poller.poll();
    if (found < polls * Poller::kEventsMax) break;
  }
  return found;
}

void AsioWorld::Parts::wait() {
  set_alarm();
  if (!watching_sockets) {
    watching_sockets = true;
    sockets_ready.async_wait(asio::posix::stream_descriptor::wait_read,
                             [this](const asio::error_code&) { watching_sockets = false; });
  }
  context.run_one();
}

// The alarm is only ever moved forward here; when it rings too early, the next turn sets it again.
void AsioWorld::Parts::set_alarm() {
  constexpr Duration kAlarmMax = std::chrono::hours(24);  // a deadline may be near the clock's end
  const TimePoint next = timers.next_deadline();
  if (next >= alarm_at) return;
  alarm_at = next;
  const TimePoint at = std::min(next, after(timers.now(), kAlarmMax));
  alarm.expires_at(SteadyClock::time_point(at.time_since_epoch()));
  alarm.async_wait([this](const asio::error_code& code) {
    if (!code) alarm_at = kNever;
  });
}

AsioWorld::AsioWorld(io::Log& log, AsioWorldOptions options)
    : parts_(std::make_unique<Parts>(log, options)) {
  std::signal(SIGPIPE, SIG_IGN);  // splice(2) to a broken socket would raise it
}

AsioWorld::~AsioWorld() { parts_->tasks.cancel_all(); }

io::World& AsioWorld::world() noexcept { return parts_->world; }

void AsioWorld::spawn(task::Task<> task) { parts_->tasks.spawn(std::move(task)); }

std::size_t AsioWorld::tasks() const noexcept { return parts_->tasks.size(); }

void AsioWorld::stop() noexcept { parts_->stopped = true; }

void AsioWorld::post(std::function<void()> work) { asio::post(parts_->context, std::move(work)); }

}  // namespace weir::real
