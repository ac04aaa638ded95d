#include "transport/real_bench.hpp"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/assert.hpp"
#include "real/open_files.hpp"
#include "real/translate.hpp"

namespace weir::transport {
namespace {

Endpoint loopback_v4() { return *parse_endpoint("127.0.0.1", 0); }

// A socket that is bound to a port of its own, or -1.
int bind_socket(const Endpoint& at) {
  real::SocketAddress address = real::to_socket_address(at);
  const int socket = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket >= 0 && ::bind(socket, address.get(), address.length) == 0) return socket;
  if (socket >= 0) ::close(socket);
  return -1;
}

}  // namespace

RealBench::RealBench() : world_(no_log_) {
  real::raise_open_files_limit();
  ::getrlimit(RLIMIT_NOFILE, &usual_limit_);
}

RealBench::~RealBench() {
  lift_limits();
  for (const int socket : bound_) ::close(socket);
}

Endpoint RealBench::server_address() const { return loopback_v4(); }

// TEST-NET-3 (RFC 5737): no machine has it.
Endpoint RealBench::foreign_address() const { return *parse_endpoint("203.0.113.1", 0); }

Endpoint RealBench::refusing_address() {
  const int socket = bind_socket(loopback_v4());
  ASSERT(socket >= 0, "loopback has a free port");
  bound_.push_back(socket);
  real::SocketAddress address;
  ::getsockname(socket, address.get(), &address.length);
  return real::to_endpoint(address);
}

task::Task<Endpoint> RealBench::silent_address() {
  io::ListenOptions options;
  options.backlog = 0;  // Linux lets one more in than the backlog says
  full_ = listen_at(loopback_v4(), options);
  ASSERT(full_ != nullptr, "loopback has a free port");
  const Endpoint at = full_->local();
  const TimePoint until = deadline();
  auto connected = co_await client().connector.connect(at, until);
  ASSERT(connected.has_value(), "the first connect finds room in the backlog");
  filler_ = std::move(*connected);
  co_return at;
}

// A descriptor is the lowest free number, and the limit is one more than the highest number.
void RealBench::limit_files(std::size_t more) {
  std::vector<int> next;
  while (next.size() <= more) next.push_back(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  for (const int file : next) ::close(file);
  ASSERT(next.back() >= 0, "the limit that is set is below the one that was");
  rlimit limited = usual_limit_;
  limited.rlim_cur = static_cast<rlim_t>(next.back());
  ::setrlimit(RLIMIT_NOFILE, &limited);
}

void RealBench::lift_limits() { ::setrlimit(RLIMIT_NOFILE, &usual_limit_); }

std::size_t RealBench::open_files() const {
  const std::filesystem::directory_iterator files("/proc/self/fd");
  const auto all = static_cast<std::size_t>(std::distance(begin(files), end(files)));
  return all - bound_.size() - (full_ != nullptr ? 1 : 0) - (filler_ != nullptr ? 1 : 0);
}

bool RealBench::run(task::Task<> script) {
  world_.spawn(std::move(script));
  world_.run();
  return world_.tasks() == 0;
}

bool has_ipv6_loopback() {
  const int socket = bind_socket(*parse_endpoint("::1", 0));
  if (socket >= 0) ::close(socket);
  return socket >= 0;
}

}  // namespace weir::transport
