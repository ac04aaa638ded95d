#pragma once
// Scenario: everything that a run is made of, in plain structs: the network, the proxy, its
// backends and clients, what goes wrong and what is expected. Loaded from TOML (load.hpp) or made
// in code.
//
//   Scenario scenario;
//   scenario.backends.push_back({.name = "b"});
//   const check::Verdict verdict = run(scenario, {.seed = 7});      // simulation.hpp
//
// Groups: a backend or client `b` with `count` 3 is the hosts b1, b2, b3; without it the host b.
// The proxy's host is called "proxy". Values are in range and names exist: the loader sees to it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "control/probe.hpp"
#include "lb/cluster.hpp"
#include "lb/health_machine.hpp"
#include "proxy/http_options.hpp"
#include "proxy/tcp_proxy.hpp"
#include "sim/check/expectations.hpp"
#include "sim/fault/fault.hpp"
#include "sim/model/backend.hpp"
#include "sim/model/client.hpp"
#include "sim/model/http_backend.hpp"
#include "sim/model/http_client.hpp"
#include "sim/world/network.hpp"

namespace weir::sim::scenario {

inline constexpr const char* kProxyHost = "proxy";

// A host's operating system, where it differs from HostLimits.
struct HostPlan {
  std::optional<std::uint64_t> send_buffer;
  std::optional<std::uint64_t> receive_buffer;
  std::optional<std::uint64_t> descriptors_max;
  Ratio short_io;
};

enum class ProxyMode : std::uint8_t { tcp, http };

// How the proxy's process checks the health of all backends.
struct HealthCheckPlan {
  control::ProbeOptions probe;
  lb::HealthOptions machine;
};

// How the proxy behaves in mode http: one route to one cluster of all backends.
struct HttpPlan {
  lb::ClusterOptions balance;
  proxy::HashKey hash;
  proxy::PoolOptions pool;
  proxy::HttpTimeouts timeouts;
  proxy::UpstreamTimeouts upstream;
  std::uint32_t tries_max = 3;
  std::uint32_t requests_max = 0;              // of a client's connection; 0: no limit
  std::optional<HealthCheckPlan> health = {};  // none: all backends count as healthy
};

struct ProxyPlan {
  ProxyMode mode = ProxyMode::tcp;
  std::uint64_t workers = 1;
  std::uint16_t port = 8080;
  int backlog = 4096;
  proxy::TcpProxyOptions options;  // without its backends: those of the scenario, in order
  HttpPlan http{};                 // mode http; connections_max and the like are those of `options`
  HostPlan host{};
};

struct BackendPlan {
  std::string name;
  std::uint64_t count = 0;  // 0: one host, with the name itself
  std::uint16_t port = 9000;
  std::uint32_t weight = 1;                         // in mode http
  model::BackendOptions options{};                  // of kinds other than http
  std::optional<model::HttpBackendOptions> http{};  // of kind http
  HostPlan host{};
};

struct ClientPlan {
  std::string name;
  std::uint64_t count = 0;                         // hosts, each of which makes all the connections
  model::ClientOptions options{};                  // where backends are not of kind http
  std::optional<model::HttpClientOptions> http{};  // where they are
  HostPlan host{};

  const model::LoadOptions& load() const {
    if (http) return *http;
    return options;
  }
};

struct LinkPlan {
  std::vector<std::string> from;  // hosts
  std::vector<std::string> to;
  fault::LinkChange change;
};

struct Scenario {
  std::string name;
  std::string story;                             // one line
  Duration time_max = std::chrono::minutes(30);  // by then all clients must be done
  LinkOptions network;                           // every link that `links` do not change
  ProxyPlan proxy;
  std::vector<BackendPlan> backends;
  std::vector<ClientPlan> clients;
  std::vector<LinkPlan> links;
  std::vector<fault::Fault> faults;
  std::vector<check::Expectation> expected;
  bool judge_liveness = true;
  Duration settle = std::chrono::seconds(1);  // after the last fault, before liveness is judged
};

// The names of a group's hosts.
std::vector<std::string> hosts_of(const std::string& name, std::uint64_t count);

}  // namespace weir::sim::scenario
