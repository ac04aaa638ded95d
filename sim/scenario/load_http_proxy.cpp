#include "proxy/request_record.hpp"
#include "sim/model/http_message.hpp"
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

// "125%": no backend gets more than so much of the average load.
void read_load_bound(TableReader& table, std::optional<Ratio>& into) {
  std::string text;
  table.text("load_bound", text);
  if (text.empty()) return;
  const bool is_percent = text.ends_with('%');
  const auto value = model::parse_decimal(std::string_view(text).substr(0, text.size() - 1));
  if (is_percent && value && *value >= 100 && *value <= 1000) {
    into = Ratio{*value, 100};
  } else {
    table.problem("load_bound", "is no bound", "write \"100%\" to \"1000%\"");
  }
}

}  // namespace

void load_http_plan(TableReader& table, HttpPlan& plan) {
  table.choice("balance", plan.balance.policy, policy_names());
  table.choice("hash", plan.hash.kind, {"client_ip", "header", "cookie", "path"});
  read_load_bound(table, plan.balance.load_bound);
  for (const char* key : {"hash", "load_bound"}) {
    table.only_if(lb::facts(plan.balance.policy).hashes, key, "a balance that hashes");
  }
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
  table.duration("queue_timeout", plan.upstream.queue, kTimeout);
  table.duration("first_byte_timeout", plan.upstream.first_byte, kTimeout);
  load_health(table, plan.health);
}

void load_health(TableReader& proxy, std::optional<HealthCheckPlan>& plan) {
  const Value* value = proxy.find("health");
  if (value == nullptr) return;
  if (value->kind != Value::Kind::table) {
    return proxy.problem("health", "is no table", "write [proxy.health]");
  }
  enum class Type : std::uint8_t { http, tcp, none };
  Type type = Type::http;
  HealthCheckPlan health;
  health.probe.path = "/healthz";
  health.probe.host = "weir.test";
  lb::HealthOptions& machine = health.machine;
  TableReader table(*value, proxy.path() + ".health", proxy.problems());
  table.choice("type", type, {"http", "tcp", "none"});
  table.text("path", health.probe.path);
  if (!health.probe.path.starts_with('/')) {
    table.problem("path", "is no path", "write \"/healthz\"");
  }
  table.duration("interval", machine.interval, {milliseconds(1), hours(1)});
  table.duration("fast_interval", machine.fast_interval, {milliseconds(1), hours(1)});
  table.duration("timeout", machine.timeout, {milliseconds(1), hours(1)});
  table.ratio("jitter", machine.jitter);
  if (machine.jitter.of_these * 2 > machine.jitter.of) {
    table.problem("jitter", "is more than a half", "write 0 to \"1/2\"");
    machine.jitter = Ratio();
  }
  table.count("rise", machine.rise, {1, 1000});
  table.count("fall", machine.fall, {1, 1000});
  table.choice("initial", machine.initial, {"up", "down", "unknown"});
  table.finish();
  if (type == Type::none) return;
  health.probe.type =
      type == Type::http ? control::ProbeOptions::Type::http : control::ProbeOptions::Type::tcp;
  plan = std::move(health);
}

}  // namespace weir::sim::scenario
