#pragma once
// Network: the hosts, the links between them and the names they are known by.
//
//   Network network(kernel);
//   Host& client = network.add_host("client");
//   network.set_link(client, proxy, {.latency = 1ms, .jitter = 200us});
//
// A link is one direction between two hosts; what is not set is kDefaultLink. Bytes are never lost
// or reordered within a connection: this is TCP as its users see it (sim/README.md says where it
// deviates). Loss shows as delay: each segment that is "lost" arrives one retransmission timeout
// later, and holds up what is behind it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "sim/world/host.hpp"

namespace weir::sim {

struct LinkOptions {
  Duration latency = std::chrono::microseconds(100);
  Duration jitter{0};                  // added to the latency: uniform in [0, jitter]
  std::uint64_t bytes_per_second = 0;  // 0: unlimited
  Ratio loss{};                        // of segments; each loss delays by retransmit_after
  Duration retransmit_after = std::chrono::milliseconds(200);
};

inline constexpr LinkOptions kDefaultLink;

// Told of every line that a program of `host` logs. It only looks: it does not act on the world.
using LogHook =
    std::function<void(const Host& host, io::Severity severity, std::string_view message)>;

class Network {
 public:
  explicit Network(Kernel& kernel);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  Kernel& kernel() noexcept;

  // Addresses are 10.0.0.1, 10.0.0.2, ... in order of creation. The host lives as long as this.
  Host& add_host(std::string name);
  Host* find_host(std::string_view name);

  // Also resolvable: every host by its name; more names by hand. An empty list is an unknown name.
  void set_name(std::string name, std::vector<Endpoint> addresses);

  void set_link(const Host& from, const Host& to, const LinkOptions& options);
  LinkOptions link(const Host& from, const Host& to) const;

  // A cut link carries nothing; bytes in flight stand still and go on when it is healed. SYNs
  // are retried after 1, 2, 4 ... s. One direction: cut both for a partition.
  void cut(const Host& from, const Host& to);
  void heal(const Host& from, const Host& to);

  // A middlebox resets every established connection between the two. Returns how many.
  std::size_t reset_connections(const Host& a, const Host& b);

  std::size_t connections() const noexcept;  // that either side still knows of

  void set_log(LogHook hook);  // lines are dropped when there is none

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::sim
