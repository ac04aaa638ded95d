#pragma once
// HttpOptions: how an HTTP listener behaves, in plain structs; their defaults are those of
// docs/reference/config.md.
//
// A Destination is what a route leads to: a cluster, and how messages are changed on their way.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "http/forward_policy.hpp"
#include "http/head.hpp"
#include "http/limits.hpp"
#include "lb/cluster.hpp"
#include "proxy/route_table.hpp"
#include "proxy/upstream_pool.hpp"

namespace weir::proxy {

// Each phase of a request has a deadline of its own. Those on the client's side:
struct HttpTimeouts {
  Duration header = std::chrono::seconds(10);      // from a request's first byte to its head's last
  Duration keep_alive = std::chrono::seconds(60);  // between two requests
  Duration body_idle = std::chrono::seconds(30);   // no byte of a body moves, either way
  Duration tunnel_idle = std::chrono::hours(1);    // after an upgrade
  Duration linger = std::chrono::seconds(2);       // for a client that still sends at the end
};

// Those towards backends, of each cluster.
struct UpstreamTimeouts {
  Duration connect = std::chrono::seconds(5);      // for each backend that is tried
  Duration queue = std::chrono::seconds(5);        // for a connection of a full backend
  Duration first_byte = std::chrono::seconds(60);  // from the request's end to the answer's head
};

// A request's body must come this fast on average, and what waits of an answer be taken, once
// `grace` is over. 0: however slowly.
struct BodyRate {
  std::uint64_t bytes_per_second = 100;
  Duration grace = std::chrono::seconds(10);

  // When so many bytes that count since `since` must have moved.
  TimePoint deadline(TimePoint since, std::uint64_t bytes) const noexcept {
    constexpr std::uint64_t kSecondsMax = std::uint64_t{1} << 32;  // a century
    if (bytes_per_second == 0) return kNever;
    const std::chrono::seconds earned(std::min(bytes / bytes_per_second, kSecondsMax));
    return after(since, grace + earned);
  }
};

// What a policy that hashes hashes.
struct HashKey {
  enum class Kind : std::uint8_t { client_ip, header, cookie, path };
  Kind kind = Kind::client_ip;
  std::string name = {};  // of the header or cookie
};

struct ClusterPlan {
  std::string name;
  lb::Cluster& balance;            // shared by all workers
  std::vector<Endpoint> backends;  // in the order of `balance`
  HashKey hash = {};
  PoolOptions pool = {};
  std::uint32_t tries_max = 3;  // backends that a request is offered to, at most kTriesMax
  UpstreamTimeouts timeouts = {};
};

struct Destination {
  std::size_t cluster = 0;  // in HttpOptions::clusters
  std::string route;        // its name in logs
  http::ForwardPolicy policy;
};

// Where requests go: one for all workers, immutable. A route's target is a place in destinations.
struct Routing {
  RouteTable routes;
  std::vector<Destination> destinations;

  // Null: no route matches; the client gets a 404.
  const Destination* find(const http::RequestHead& head) const noexcept {
    const RouteRequest request{head.authority, head.path, head.method_text, head.fields};
    const Route* route = routes.match(request);
    return route == nullptr ? nullptr : &destinations[route->target];
  }
};

struct HttpOptions {
  std::vector<ClusterPlan> clusters;
  std::shared_ptr<const Routing> routing;
  http::Limits limits;
  HttpTimeouts timeouts;
  BodyRate body_rate;
  std::size_t connections_max = 10'000;  // clients of this worker
  std::uint32_t requests_max = 0;        // of one connection; 0: no limit
  Duration drain_timeout = std::chrono::seconds(30);
  std::string scheme = "http";  // on which clients come
};

}  // namespace weir::proxy
