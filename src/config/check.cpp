#include "config/check.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "config/table_reader.hpp"

namespace weir::config {
namespace {

using HashKind = proxy::HashKey::Kind;

class Checker {
 public:
  Checker(const Value& root, const Config& config, Problems& errors, Problems& warnings)
      : root_(root), config_(config), errors_(errors), warnings_(warnings) {}

  void check() {
    for (std::size_t i = 0; i < config_.listeners.size(); ++i) check_listener(i);
    for (std::size_t i = 0; i < config_.routes.size(); ++i) check_route(i);
    for (std::size_t i = 0; i < config_.clusters.size(); ++i) check_cluster(i);
  }

 private:
  void check_listener(std::size_t i);
  void check_protocol(TableReader& table, const Listener& listener);
  void check_route(std::size_t i);
  void check_route_listeners(TableReader& table, const Route& route);
  void check_conditions(TableReader& table, const Route& route);
  void check_reachable(std::size_t i);
  void check_cluster(std::size_t i);
  void check_balance(std::size_t i);
  void check_health(std::size_t i);
  void check_backends(std::size_t i);
  void check_cluster_exists(TableReader& table, const std::string& name);
  bool is_used(const Cluster& cluster) const;
  const Route* route_before(std::size_t i, const std::string& host) const;

  const Value& item(const Value& table, const std::string& key, std::size_t i) const {
    return table.find(key)->value.items[i];
  }
  TableReader errors_at(const std::string& key, std::size_t i) {
    return TableReader(item(root_, key, i), key, errors_);
  }
  TableReader warnings_at(const std::string& key, std::size_t i) {
    return TableReader(item(root_, key, i), key, warnings_);
  }

  const Value& root_;
  const Config& config_;
  Problems& errors_;
  Problems& warnings_;
};

// Is the name of things[i] also that of one before it?
template <class Thing>
bool is_taken(const std::vector<Thing>& things, std::size_t i) {
  const auto end = things.begin() + static_cast<std::ptrdiff_t>(i);
  return !things[i].name.empty() &&
         std::ranges::find(things.begin(), end, things[i].name, &Thing::name) != end;
}

void taken(TableReader& table, const std::string& name) {
  table.problem("name", fmt::format("\"{}\" is taken", name), "write another name");
}

template <class Thing>
std::vector<std::string> names_of(const std::vector<Thing>& things) {
  std::vector<std::string> names;
  for (const Thing& thing : things) {
    if (!thing.name.empty()) names.push_back(thing.name);
  }
  return names;
}

void Checker::check_cluster_exists(TableReader& table, const std::string& name) {
  if (name.empty() || find_cluster(config_, name) != nullptr) return;
  table.problem("cluster", fmt::format("is \"{}\", which is no cluster", name),
                suggest(name, names_of(config_.clusters)));
}

void Checker::check_listener(std::size_t i) {
  const Listener& listener = config_.listeners[i];
  TableReader table = errors_at("listener", i);
  if (is_taken(config_.listeners, i)) taken(table, listener.name);
  for (std::size_t k = 0; k < i; ++k) {
    const Listener& other = config_.listeners[k];
    if (listener.address.port == 0 || !(other.address == listener.address)) continue;
    table.problem("address", fmt::format("is that of listener \"{}\"", other.name),
                  "write another address or port");
  }
  check_protocol(table, listener);
}

void Checker::check_protocol(TableReader& table, const Listener& listener) {
  const bool is_tcp = listener.protocol == Protocol::tcp;
  for (const char* key : {"max_requests", "forward", "limits", "body_rate"}) {
    table.only_if(!is_tcp, key, "protocol = \"http\"");
  }
  if (const Value* value = table.find("timeouts")) {
    TableReader timeouts(*value, "listener.timeouts", errors_);
    for (const char* key : {"header", "keep_alive", "body_idle", "tunnel_idle", "linger"}) {
      timeouts.only_if(!is_tcp, key, "protocol = \"http\"");
    }
    for (const char* key : {"idle", "half_close"}) {
      timeouts.only_if(is_tcp, key, "protocol = \"tcp\"");
    }
  }
  table.only_if(is_tcp, "cluster", "protocol = \"tcp\"; write a [[route]]");
  if (is_tcp) {
    table.require("cluster", "write cluster = \"..\": who gets the connections");
    check_cluster_exists(table, listener.cluster);
    const Cluster* cluster = find_cluster(config_, listener.cluster);
    if (cluster != nullptr && cluster->hash.kind != HashKind::client_ip) {
      table.problem("cluster",
                    fmt::format("is \"{}\", which hashes what only HTTP has", listener.cluster),
                    "give the cluster hash = \"client_ip\", or write another one");
    }
    return;
  }
  const bool has_route = std::ranges::any_of(
      config_.routes, [&listener](const Route& route) { return serves(route, listener); });
  if (!has_route && !listener.name.empty()) {
    table.problem("name", fmt::format("\"{}\" has no route: it would answer 404", listener.name),
                  "write a [[route]]");
  }
}

void Checker::check_route(std::size_t i) {
  const Route& route = config_.routes[i];
  TableReader table = errors_at("route", i);
  if (is_taken(config_.routes, i)) taken(table, route.name);
  check_cluster_exists(table, route.cluster);
  check_route_listeners(table, route);
  check_conditions(table, route);
  check_reachable(i);
}

void Checker::check_route_listeners(TableReader& table, const Route& route) {
  std::vector<std::string> names;
  for (const Listener& listener : config_.listeners) {
    if (listener.protocol == Protocol::http) names.push_back(listener.name);
  }
  for (const std::string& name : route.listeners) {
    if (std::ranges::find(names, name) != names.end()) continue;
    if (find_listener(config_, name) == nullptr) {
      table.problem("listeners", fmt::format("names \"{}\", which is no listener", name),
                    suggest(name, names));
    } else {
      table.problem("listeners", fmt::format("names \"{}\", which is a TCP listener", name),
                    "name HTTP listeners: TCP has no requests");
    }
  }
  if (route.listeners.empty() && names.empty() && !config_.listeners.empty()) {
    table.problem("cluster", "is never reached: there is no HTTP listener",
                  "write protocol = \"http\" in a [[listener]]");
  }
}

void Checker::check_conditions(TableReader& table, const Route& route) {
  table.only_if(!table.has("path"), "path_prefix", "no path");
  const auto check_twice = [&table](const std::string& key, const std::vector<std::string>& texts) {
    std::set<std::string> seen;
    for (const std::string& text : texts) {
      if (seen.insert(text).second) continue;
      table.problem(key, fmt::format("names \"{}\" twice", text), "write it once");
    }
  };
  check_twice("hosts", route.match.hosts);
  check_twice("methods", route.match.methods);
  check_twice("listeners", route.listeners);
}

// The first of the routes before i, of the same listeners, that gets all its requests to `host`.
const Route* Checker::route_before(std::size_t i, const std::string& host) const {
  const Route& route = config_.routes[i];
  for (std::size_t k = 0; k < i; ++k) {
    const Route& other = config_.routes[k];
    const bool everywhere = std::ranges::all_of(config_.listeners, [&](const Listener& listener) {
      return !serves(route, listener) || serves(other, listener);
    });
    if (everywhere && proxy::covers(other.match, route.match, host)) return &other;
  }
  return nullptr;
}

void Checker::check_reachable(std::size_t i) {
  const Route& route = config_.routes[i];
  const bool is_served = std::ranges::any_of(
      config_.listeners, [&route](const Listener& listener) { return serves(route, listener); });
  if (!is_served) return;
  const std::vector<std::string> hosts =
      route.match.hosts.empty() ? std::vector<std::string>{""} : route.match.hosts;
  const Route* before = nullptr;
  for (const std::string& host : hosts) {
    before = route_before(i, host);
    if (before == nullptr) return;
  }
  warnings_at("route", i)
      .problem("cluster",
               fmt::format("\"{}\" gets nothing by this route: \"{}\" stands before it and "
                           "matches whatever it matches",
                           route.cluster, before->name),
               "remove one of them, or add a condition");
}

bool Checker::is_used(const Cluster& cluster) const {
  return std::ranges::any_of(
             config_.routes,
             [&cluster](const Route& route) { return route.cluster == cluster.name; }) ||
         std::ranges::any_of(config_.listeners, [&cluster](const Listener& listener) {
           return listener.cluster == cluster.name;
         });
}

std::uint64_t next_prime(std::uint64_t number) {
  while (!lb::is_prime(static_cast<std::uint32_t>(number))) ++number;
  return number;
}

// The reader has seen to it that the size is one that may be written.
void check_maglev(const Cluster& cluster, TableReader& table) {
  const std::uint32_t size = cluster.balance.maglev_size;
  if (!lb::is_prime(size)) {
    table.problem("maglev_size", "is not a prime number",
                  fmt::format("write {}", next_prime(size)));
  } else if (size <= cluster.backends.size()) {
    table.problem("maglev_size", "is not more than there are backends",
                  fmt::format("write {} or more: a hundred times as many make even shares",
                              next_prime(std::min<std::uint64_t>(100 * cluster.backends.size(),
                                                                 lb::kMaglevSizeMax))));
  }
}

void Checker::check_cluster(std::size_t i) {
  const Cluster& cluster = config_.clusters[i];
  TableReader table = errors_at("cluster", i);
  if (is_taken(config_.clusters, i)) taken(table, cluster.name);
  if (!cluster.name.empty() && !is_used(cluster)) {
    warnings_at("cluster", i)
        .problem("name", fmt::format("\"{}\" is used by nobody", cluster.name),
                 "name it in a [[route]] or in a TCP [[listener]], or remove it");
  }
  check_balance(i);
  if (cluster.health) check_health(i);
  check_backends(i);
}

void Checker::check_balance(std::size_t i) {
  const Cluster& cluster = config_.clusters[i];
  const lb::Policy policy = cluster.balance.policy;
  TableReader table = errors_at("cluster", i);
  table.only_if(lb::facts(policy).hashes, "hash", "balance = \"ring_hash\" or \"maglev\"");
  table.only_if(lb::facts(policy).hashes, "load_bound", "a balance that hashes");
  table.only_if(policy == lb::Policy::maglev, "maglev_size", "balance = \"maglev\"");
  if (policy == lb::Policy::maglev) check_maglev(cluster, table);
  table.only_if(policy == lb::Policy::peak_ewma, "latency_memory", "balance = \"peak_ewma\"");
  if (policy == lb::Policy::ip_hash && cluster.hash.kind != HashKind::client_ip) {
    table.problem("hash", "is not \"client_ip\", which is all that ip_hash hashes",
                  "write balance = \"ring_hash\" or \"maglev\"");
  }
  const bool even = std::ranges::all_of(cluster.backends,
                                        [](const Backend& backend) { return backend.weight <= 1; });
  if (even || lb::facts(policy).weighted) return;
  warnings_at("cluster", i)
      .problem("name",
               fmt::format("\"{}\" has weights, which {} does not heed", cluster.name,
                           lb::to_string(policy)),
               fmt::format("write a balance that heeds them, such as \"{}\"",
                           policy == lb::Policy::least_connections ? "weighted_least_connections"
                                                                   : "weighted_round_robin"));
}

void Checker::check_health(std::size_t i) {
  const HealthCheck& health = *config_.clusters[i].health;
  const Value& cluster = item(root_, "cluster", i);
  TableReader table(cluster.find("health")->value, "cluster.health", errors_);
  for (const char* key : {"path", "host", "status", "body"}) {
    table.only_if(health.probe.type == control::ProbeOptions::Type::http, key, "type = \"http\"");
  }
  const lb::HealthOptions& machine = health.machine;
  if (machine.fast_interval <= machine.interval) return;
  const char* key = table.has("fast_interval") ? "fast_interval" : "interval";
  table.problem(key, "makes fast_interval longer than interval",
                "write a fast_interval of at most the interval");
}

void Checker::check_backends(std::size_t i) {
  const std::vector<Backend>& backends = config_.clusters[i].backends;
  const Value& cluster = item(root_, "cluster", i);
  for (std::size_t k = 0; k < backends.size(); ++k) {
    const Backend& backend = backends[k];
    if (is_taken(backends, k)) {
      TableReader table(item(cluster, "backend", k), "cluster.backend", errors_);
      if (table.has("name")) {
        taken(table, backend.name);
      } else {
        table.problem("address", fmt::format("\"{}\" is that of another backend", backend.name),
                      "write it once, with a higher weight");
      }
      continue;
    }
    const auto end = backends.begin() + static_cast<std::ptrdiff_t>(k);
    const auto same = std::ranges::find(backends.begin(), end, backend.address, &Backend::address);
    if (same == end || backend.address.port == 0) continue;
    TableReader(item(cluster, "backend", k), "cluster.backend", warnings_)
        .problem("address", fmt::format("is that of backend \"{}\", too", same->name),
                 "write it once, with a higher weight");
  }
  const bool has_weight =
      std::ranges::any_of(backends, [](const Backend& backend) { return backend.weight > 0; });
  if (backends.empty() || has_weight) return;
  errors_at("cluster", i)
      .problem("backend", "all have weight 0: nobody would get a request",
               "give one of them a weight of 1 or more");
}

}  // namespace

void check(const Value& root, const Config& config, Problems& errors, Problems& warnings) {
  Checker(root, config, errors, warnings).check();
}

}  // namespace weir::config
