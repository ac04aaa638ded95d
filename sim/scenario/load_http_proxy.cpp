#include "proxy/request_record.hpp"
#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr DurationRange kTimeout{milliseconds(1), hours(24)};

// The names under which the models' clients send their key.
constexpr const char* kKeyField = "weir-key";
constexpr const char* kKeyCookie = "weir";

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const lb::PolicyFacts& facts : lb::policies()) names.emplace_back(facts.name);
  return names;
}

}  // namespace

void load_http_plan(TableReader& table, HttpPlan& plan) {
  table.choice("balance", plan.balance.policy, policy_names());
  table.choice("hash", plan.hash.kind, {"client_ip", "header", "cookie", "path"});
  table.only_if(lb::facts(plan.balance.policy).hashes, "hash", "a balance that hashes");
  if (plan.hash.kind == proxy::HashKey::Kind::header) plan.hash.name = kKeyField;
  if (plan.hash.kind == proxy::HashKey::Kind::cookie) plan.hash.name = kKeyCookie;
  table.ratio("panic_below", plan.balance.panic_below);
  table.duration("slow_start", plan.balance.slow_start, {Duration(0), hours(1)});
  table.count("tries_max", plan.tries_max, {1, proxy::kTriesMax});
  table.count("requests_max", plan.requests_max, {1, 1'000'000});
  table.count("pool_idle_max", plan.pool.idle_max, {0, 100'000});
  table.duration("pool_idle_timeout", plan.pool.idle_timeout, kTimeout);
  table.count("pool_connections_max", plan.pool.connections_max, {1, 100'000});
  table.count("pool_queue_max", plan.pool.queue_max, {0, 1'000'000});
  table.duration("header_timeout", plan.timeouts.header, kTimeout);
  table.duration("keep_alive_timeout", plan.timeouts.keep_alive, kTimeout);
  table.duration("body_idle_timeout", plan.timeouts.body_idle, kTimeout);
  table.duration("queue_timeout", plan.timeouts.queue, kTimeout);
  table.duration("first_byte_timeout", plan.timeouts.first_byte, kTimeout);
}

}  // namespace weir::sim::scenario
