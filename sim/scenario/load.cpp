#include "sim/scenario/load.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t kGroupsMax = 100;

std::string_view kind_of(const BackendPlan& plan) {
  return plan.http ? "http" : to_string(plan.options.protocol);
}

class Loader {
 public:
  Loader(const Value& root, Scenario& scenario, Problems& problems)
      : root_(root, "", problems), scenario_(scenario), problems_(problems) {}

  void load() {
    root_.require("story", "say in one line what this scenario shows");
    root_.text("story", scenario_.story);
    root_.duration("time_max", scenario_.time_max, {seconds(1), std::chrono::hours(24)});
    names_.add_group(kProxyHost, {kProxyHost});
    load_proxy();
    load_network();
    load_backends();
    load_clients();
    load_links();
    load_faults();
    if (const Value* expect = table("expect")) load_expect(*expect, scenario_, problems_);
    root_.finish();
  }

 private:
  void load_proxy();
  void load_network();
  void load_backends();
  void load_clients();
  void load_links();
  void load_faults();
  void check_together(TableReader& client, const ClientPlan& plan);
  const Value* table(const std::string& key);
  const std::vector<Value>& tables(const std::string& key);
  void add_group(TableReader& group, const std::string& name, std::uint64_t count);

  TableReader root_;
  Scenario& scenario_;
  Problems& problems_;
  Names names_;
};

const Value* Loader::table(const std::string& key) {
  const Value* value = root_.find(key);
  if (value == nullptr || value->kind == Value::Kind::table) return value;
  root_.problem(key, fmt::format("is {}", name_of(value->kind)), fmt::format("write [{}]", key));
  return nullptr;
}

const std::vector<Value>& Loader::tables(const std::string& key) {
  static const std::vector<Value> none;
  const Value* value = root_.find(key);
  if (value == nullptr) return none;
  const bool right = value->kind == Value::Kind::array && value->items.size() <= kGroupsMax &&
                     std::ranges::all_of(value->items, [](const Value& item) {
                       return item.kind == Value::Kind::table;
                     });
  if (right) return value->items;
  root_.problem(key, fmt::format("is {}", name_of(value->kind)),
                fmt::format("write [[{}]] for each, at most {}", key, kGroupsMax));
  return none;
}

void Loader::load_proxy() {
  const Value* value = table("proxy");
  if (value == nullptr) return;
  ProxyPlan& plan = scenario_.proxy;
  proxy::TcpProxyOptions& options = plan.options;
  TableReader proxy(*value, "proxy", problems_);
  proxy.choice("mode", plan.mode, {"tcp", "http"});
  proxy.count("workers", plan.workers, {1, 64});
  proxy.count("port", plan.port, {1, 65'535});
  proxy.count("backlog", plan.backlog, {1, 65'535});
  proxy.count("connections_max", options.connections_max, {1, 1'000'000});
  proxy.duration("connect_timeout", options.connect_timeout, {milliseconds(1), minutes(10)});
  proxy.duration("idle_timeout", options.idle_timeout, {milliseconds(1), std::chrono::hours(24)});
  proxy.duration("half_close_timeout", options.half_close_timeout,
                 {milliseconds(1), std::chrono::hours(24)});
  proxy.duration("drain_timeout", options.drain_timeout, {Duration(0), std::chrono::hours(24)});
  load_host(proxy, plan.host);
  if (plan.mode == ProxyMode::http) load_http_plan(proxy, plan.http);
  const bool is_tcp = plan.mode == ProxyMode::tcp;
  proxy.only_if(is_tcp, "idle_timeout", "mode = \"tcp\"");
  proxy.only_if(is_tcp, "half_close_timeout", "mode = \"tcp\"");
  proxy.finish();
}

void Loader::load_network() {
  const Value* value = table("network");
  if (value == nullptr) return;
  TableReader network(*value, "network", problems_);
  fault::LinkChange change;
  load_link_change(network, change);
  network.finish();
  LinkOptions& link = scenario_.network;
  link.latency = change.latency.value_or(link.latency);
  link.jitter = change.jitter.value_or(link.jitter);
  link.bytes_per_second = change.bytes_per_second.value_or(link.bytes_per_second);
  link.loss = change.loss.value_or(link.loss);
  link.retransmit_after = change.retransmit_after.value_or(link.retransmit_after);
}

void Loader::add_group(TableReader& group, const std::string& name, std::uint64_t count) {
  const bool is_name =
      !name.empty() && name.size() <= 30 &&
      name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (!is_name) {
    group.problem("name", "is no name of a host", "write 1 to 30 small letters, digits, - and _");
    return;
  }
  std::vector<std::string> hosts = hosts_of(name, count);
  for (const std::string& host : hosts) {
    if (!names_.has(host)) continue;
    group.problem("name", fmt::format("gives a host the name \"{}\", which is taken", host),
                  "write another name");
    return;
  }
  names_.add_group(name, hosts);
}

void Loader::load_backends() {
  root_.require("backend", "write at least one [[backend]]");
  for (const Value& value : tables("backend")) {
    TableReader table(value, "backend", problems_);
    BackendPlan plan = load_backend(table);
    table.finish();
    add_group(table, plan.name, plan.count);
    if (!scenario_.backends.empty() && kind_of(plan) != kind_of(scenario_.backends[0])) {
      table.problem("kind",
                    fmt::format("is \"{}\", but \"{}\" is another kind", kind_of(plan),
                                scenario_.backends[0].name),
                    "give all backends of a scenario the same kind");
    }
    if (scenario_.proxy.mode == ProxyMode::http && !plan.http) {
      table.problem("kind",
                    fmt::format("is \"{}\", but the proxy's mode is \"http\"", kind_of(plan)),
                    "write kind = \"http\"");
    }
    scenario_.backends.push_back(std::move(plan));
  }
}

void Loader::load_clients() {
  root_.require("client", "write at least one [[client]]");
  const BackendPlan* backend = scenario_.backends.empty() ? nullptr : &scenario_.backends[0];
  for (const Value& value : tables("client")) {
    TableReader table(value, "client", problems_);
    ClientPlan plan = load_client(table, backend);
    table.finish();
    add_group(table, plan.name, plan.count);
    check_together(table, plan);
    scenario_.clients.push_back(std::move(plan));
  }
}

void Loader::check_together(TableReader& client, const ClientPlan& plan) {
  for (const BackendPlan& backend : scenario_.backends) {
    if (!backend.options.answers_after_end || plan.options.half_close) continue;
    client.problem("half_close",
                   fmt::format("is false, but backend \"{}\" answers only after the "
                               "client's end",
                               backend.name),
                   "write half_close = true");
  }
}

void Loader::load_links() {
  for (const Value& value : tables("link")) {
    TableReader table(value, "link", problems_);
    LinkPlan plan;
    load_link_change(table, plan.change);
    if (table.has("between")) {
      names_.read_pair(table, "between", plan.from, plan.to);
    } else {
      table.require("from", "write between = [\"a\", \"b\"], or from and to for one direction");
      table.require("to", "write between = [\"a\", \"b\"], or from and to for one direction");
      plan.from = names_.read(table, "from");
      plan.to = names_.read(table, "to");
      plan.change.one_way = true;
    }
    table.finish();
    scenario_.links.push_back(std::move(plan));
  }
}

void Loader::load_faults() {
  for (const Value& value : tables("fault")) {
    TableReader table(value, "fault", problems_);
    fault::Fault fault = load_fault(table, names_);
    table.finish();
    scenario_.faults.push_back(std::move(fault));
  }
}

std::string name_in(const std::string& source) {
  const std::size_t slash = source.find_last_of('/');
  std::string name = slash == std::string::npos ? source : source.substr(slash + 1);
  if (name.ends_with(".toml")) name.resize(name.size() - 5);
  return name;
}

}  // namespace

std::expected<Scenario, Problems> load(std::string_view text, const std::string& source,
                                       const std::vector<std::string>& overrides) {
  std::expected<Value, config::Problem> root =
      config::parse_toml(text, source, "docs/reference/scenarios.md");
  if (!root) return std::unexpected(Problems{root.error()});
  Problems problems;
  for (const std::string& assignment : overrides) {
    if (const auto done = set_value(*root, assignment); !done) problems.push_back(done.error());
  }
  Scenario scenario;
  scenario.name = name_in(source);
  Loader(*root, scenario, problems).load();
  if (!problems.empty()) return std::unexpected(std::move(problems));
  return scenario;
}

std::vector<std::string> hosts_of(const std::string& name, std::uint64_t count) {
  if (count == 0) return {name};
  std::vector<std::string> hosts;
  for (std::uint64_t i = 1; i <= count; ++i) hosts.push_back(fmt::format("{}{}", name, i));
  return hosts;
}

}  // namespace weir::sim::scenario
