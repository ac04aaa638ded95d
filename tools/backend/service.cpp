#include "backend/service.hpp"

#include <csignal>
#include <cstdio>
#include <future>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "backend/server.hpp"
#include "base/print.hpp"
#include "real/asio_world.hpp"
#include "real/open_files.hpp"
#include "real/signal_wait.hpp"

namespace weir::backend {
namespace {

constexpr int kFailure = 1;
constexpr Duration kResolveTimeout = std::chrono::seconds(10);

class StandardError final : public io::Log {
 public:
  void write(io::Severity, std::string_view message) override {
    print_text(stderr, fmt::format("weir-backend: {}\n", message));
  }
};

task::Task<> resolve(io::World& world, HostPort name, Result<std::vector<Endpoint>>& result) {
  const TimePoint deadline = after(world.timers.now(), kResolveTimeout);
  result = co_await world.resolver.resolve(std::move(name), deadline);
}

std::string describe_failure(const HostPort& at, ErrorCode code) {
  std::string_view remedy = "check the address";
  if (code == ErrorCode::address_in_use) {
    remedy = "another process listens there: stop it, or choose another port (0 picks a free one)";
  } else if (code == ErrorCode::permission_denied) {
    remedy = "ports below 1024 need CAP_NET_BIND_SERVICE or root";
  } else if (code == ErrorCode::address_not_ours) {
    remedy = "use an address of this machine, 0.0.0.0 or [::]";
  } else if (code == ErrorCode::name_not_found) {
    remedy = "check the name, or write an address of this machine";
  }
  return fmt::format("--listen {}: {}; {}", to_string(at), to_string(code), remedy);
}

int fail(const std::string& problem) {
  print_text(stderr, fmt::format("weir-backend: {}\n", problem));
  return kFailure;
}

// Where to listen, with its port: opens and closes a listener of its own, so that a port which
// another process shares is refused, and not shared with it.
Result<Endpoint> claim(const HostPort& name) {
  StandardError log;
  real::AsioWorld world(log);
  Result<std::vector<Endpoint>> resolved = std::unexpected(Error{});
  world.spawn(resolve(world.world(), name, resolved));
  world.run();
  if (!resolved && resolved.error().code == ErrorCode::timed_out) {
    ::_exit(fail(describe_failure(name, ErrorCode::timed_out)));  // not to wait for getaddrinfo()
  }
  if (!resolved) return std::unexpected(resolved.error());
  const auto listener = world.world().listeners.listen(resolved->front(), io::ListenOptions());
  if (!listener) return std::unexpected(listener.error());
  return (*listener)->local();
}

// What the threads share.
struct Shared {
  Site& site;
  real::ConnectionSpread& spread;
  Endpoint at;
  std::uint64_t seed;
};

class WorkerThread {
 public:
  WorkerThread(const Shared& shared, std::size_t number)
      : thread_([this, &shared, number] { run(shared, number); }) {}
  ~WorkerThread() {
    if (listening_ok_) world_->post([world = world_] { world->stop(); });
    thread_.join();
  }
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  // Waits until it accepts, or has failed to listen; once.
  Result<> accepting() {
    const Result<> result = accepting_.get_future().get();
    listening_ok_ = result.has_value();
    return result;
  }

 private:
  void run(const Shared& shared, std::size_t number);

  std::promise<Result<>> accepting_;
  bool listening_ok_ = false;
  real::AsioWorld* world_ = nullptr;  // set before accepting() says so
  std::thread thread_;
};

void WorkerThread::run(const Shared& shared, std::size_t number) {
  real::block_signals_in_this_thread();
  StandardError log;
  const bool alone = shared.site.options().workers == 1;
  real::AsioWorldOptions options;
  options.seed = shared.seed;
  if (!alone) options.spreads = {&shared.spread};
  options.worker = number;
  auto world = std::make_unique<real::AsioWorld>(log, options);
  io::ListenOptions listen;
  listen.share_port = !alone;
  auto listener = world->world().listeners.listen(shared.at, listen);
  if (!listener) {
    accepting_.set_value(std::unexpected(listener.error()));
    return;
  }
  Worker worker(shared.site, world->world(), number);
  world->spawn(serve(worker, std::move(*listener)));
  world_ = world.get();
  accepting_.set_value({});
  world->run();
  world.reset();  // ends the connections, which refer to the worker
}

}  // namespace

int run(Options options) {
  real::raise_open_files_limit();
  const Result<Endpoint> at = claim(options.listen);
  if (!at) return fail(describe_failure(options.listen, at.error().code));
  if (options.site.name.empty()) options.site.name = to_string(*at);
  real::SignalWait signals({SIGTERM, SIGINT});
  Site site(options.site);
  real::ConnectionSpread spread(options.site.workers);
  const Shared shared{site, spread, *at, options.seed};
  std::vector<std::unique_ptr<WorkerThread>> threads;
  for (std::size_t i = 0; i < options.site.workers; ++i) {
    threads.push_back(std::make_unique<WorkerThread>(shared, i));
    const Result<> accepting = threads.back()->accepting();
    if (!accepting) return fail(describe_failure(options.listen, accepting.error().code));
  }
  print_text(stdout,
             fmt::format("listening {} {}\n", to_string(options.site.mode), to_string(*at)));
  std::fflush(stdout);
  while (signals.wait() == 0) continue;
  return 0;
}

}  // namespace weir::backend
