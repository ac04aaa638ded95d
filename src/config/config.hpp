#pragma once
// Config: what weir.toml says, as plain structs whose initial values are the defaults. What the
// keys are called, and what they may be: schema.hpp. How to get one: load.hpp.
//
//   for (const Listener& listener : config.listeners) ...
//
// Names refer to each other by text; load() has checked that what is named exists. Nothing is
// resolved: addresses are what a person wrote.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "control/probe.hpp"
#include "http/forward_policy.hpp"
#include "http/limits.hpp"
#include "lb/cluster.hpp"
#include "lb/health_machine.hpp"
#include "proxy/http_options.hpp"
#include "proxy/route_table.hpp"
#include "proxy/tcp_proxy.hpp"

namespace weir::config {

inline constexpr std::size_t kListenersMax = 64;
inline constexpr std::size_t kClustersMax = 1000;

enum class Protocol : std::uint8_t { tcp, http };

// The phases of a connection on the clients' side; those towards backends are their cluster's.
struct ListenerTimeouts {
  proxy::HttpTimeouts http;
  // TCP.
  Duration idle = proxy::TcpProxyOptions{}.idle_timeout;
  Duration half_close = proxy::TcpProxyOptions{}.half_close_timeout;
};

struct Listener {
  std::string name;
  HostPort address;
  Protocol protocol = Protocol::http;
  std::string cluster;  // of a TCP listener
  std::size_t connections_max = 10'000;
  std::uint32_t requests_max = 0;  // of one connection; 0: no limit
  http::ForwardOptions forward;    // without what routes say: the host
  http::Limits limits;
  proxy::BodyRate body_rate;
  ListenerTimeouts timeouts;
};

struct Route {
  std::string name;
  std::vector<std::string> listeners;  // none: all HTTP listeners
  proxy::RouteMatch match;
  std::string cluster;
  std::string host_rewrite;  // "": none
};

struct Backend {
  std::string name;  // as its cluster and its log call it: what was written, or else the address
  HostPort address;
  std::uint32_t weight = 1;
};

struct HealthCheck {
  control::ProbeOptions probe;
  lb::HealthOptions machine;
};

struct Cluster {
  std::string name;
  lb::ClusterOptions balance;
  proxy::HashKey hash;
  std::uint32_t tries_max = 3;  // backends that a request is offered to
  std::optional<HealthCheck> health;
  proxy::PoolOptions pool;
  proxy::UpstreamTimeouts timeouts;
  std::vector<Backend> backends;
};

struct Config {
  std::uint32_t workers = 0;  // 0: one for each processor
  Duration drain_timeout = proxy::TcpProxyOptions{}.drain_timeout;
  std::string access_log = "-";  // a file, "-" for standard error, or "none"
  std::vector<Listener> listeners;
  std::vector<Route> routes;
  std::vector<Cluster> clusters;
};

// null: there is none of this name.
const Listener* find_listener(const Config& config, const std::string& name) noexcept;
const Cluster* find_cluster(const Config& config, const std::string& name) noexcept;

bool serves(const Route& route, const Listener& listener) noexcept;

// The routes of an HTTP listener; their targets are indices of config.routes.
proxy::RouteTable route_table(const Config& config, const Listener& listener);

}  // namespace weir::config
