// Any bytes as weir.toml. Facts: every problem has a place in the text, and says what is wrong and
// what to write instead; a configuration without errors can be served: its clusters pick a backend,
// its proxies and health checks are made, and each route's own request meets a route and explain()
// agrees; and a comment behind it changes nothing.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>

#include "base/assert.hpp"
#include "config/explain.hpp"
#include "config/load.hpp"
#include "control/health_checker.hpp"
#include "http/chars.hpp"
#include "proxy/http_proxy.hpp"
#include "tests/proxy/pipe_world.hpp"

namespace weir::config::fuzz {
namespace {

const std::string kSource = "fuzz.toml";

struct NoObserver final : proxy::RequestObserver, control::HealthObserver {
  void request_ended(const proxy::RequestRecord&) override {}
  void health_changed(std::size_t, std::uint32_t, const lb::Transition&) override {}
};

void check_problems(const Problems& problems, std::string_view text) {
  const auto lines = static_cast<std::uint32_t>(std::ranges::count(text, '\n')) + 1;
  for (const Problem& problem : problems) {
    ASSERT(problem.at.source == kSource, "a problem is in the file that was read");
    ASSERT(problem.at.line >= 1 && problem.at.line <= lines + 1, "on a line of it");
    ASSERT(problem.at.column >= 1, "in a column of that");
    ASSERT(!problem.message.empty() && !problem.remedy.empty(), "and says what and what else");
    ASSERT(text_of(problem).starts_with(kSource + ":"), "and where, in words");
  }
}

// A cluster as `weir run` makes it, with one address for each backend.
struct Built {
  explicit Built(const Cluster& of) : plan(of), balance(of.balance, specs(of)) {
    for (const Backend& backend : of.backends) {
      addresses.push_back(*parse_endpoint("10.0.0.1", backend.address.port));
    }
  }
  static std::vector<lb::BackendSpec> specs(const Cluster& of) {
    std::vector<lb::BackendSpec> named;
    for (const Backend& backend : of.backends) named.push_back({backend.name, backend.weight});
    return named;
  }
  proxy::ClusterPlan upstreams() {
    return {.name = plan.name,
            .balance = balance,
            .backends = addresses,
            .hash = plan.hash,
            .pool = plan.pool,
            .tries_max = plan.tries_max,
            .timeouts = plan.timeouts};
  }
  const Cluster& plan;
  lb::Cluster balance;
  std::vector<Endpoint> addresses;
};

// A request that this route is for.
Question question_for(const Route& route, const Listener& listener) {
  const proxy::RouteMatch& match = route.match;
  Question question;
  question.method = match.methods.empty() ? "GET" : match.methods.front();
  question.authority = match.hosts.empty() ? "a.example" : match.hosts.front();
  if (question.authority.starts_with("*.")) question.authority.replace(0, 1, "a");
  question.path = match.path.empty() ? "/" : match.path;
  question.listener = listener.name;
  for (const proxy::FieldCondition& condition : match.headers) {
    question.fields.emplace_back(condition.name, condition.equals.value_or("x"));
  }
  return question;
}

void check_route(const Config& config, const Route& route, const Listener& listener,
                 const proxy::RouteTable& table) {
  const Question question = question_for(route, listener);
  std::vector<http::Field> fields;
  for (const auto& [name, value] : question.fields) {
    fields.push_back({name, value, http::field_id(name)});
  }
  const proxy::RouteRequest request{question.authority, question.path, question.method, fields};
  // Two conditions on one header may contradict each other: nobody meets such a route.
  if (proxy::mismatch(route.match, request) != proxy::Mismatch::none) return;
  const proxy::Route* met = table.match(request);
  ASSERT(met != nullptr, "a request that a route is for meets one");
  const auto explained = explain(config, question);
  ASSERT(explained.has_value(), "who asks about a listener by its name is told");
  ASSERT(explained->contains("\nroute     " + met->name + ":"), "what the proxy does, too");
}

void serve(const Config& config) {
  test::PipeWorld pipes;
  NoObserver observer;
  std::deque<Built> built;
  std::vector<control::HealthPlan> checks;
  proxy::HttpOptions options;
  for (const Cluster& cluster : config.clusters) {
    Built& one = built.emplace_back(cluster);
    const lb::PickInput input{
        .now = pipes.driver.timers.now(), .hash = 7, .random = pipes.world.random, .tried = {}};
    const auto picked = one.balance.pick(input);
    ASSERT(picked && cluster.backends[*picked].weight > 0, "a cluster has somebody to ask");
    options.clusters.push_back(one.upstreams());
    if (!cluster.health) continue;
    checks.push_back({.cluster = cluster.name,
                      .balance = one.balance,
                      .backends = one.addresses,
                      .probe = cluster.health->probe,
                      .machine = cluster.health->machine});
  }
  const control::HealthChecker checker(pipes.world, std::move(checks), observer);
  for (const Listener& listener : config.listeners) {
    if (listener.protocol == Protocol::tcp) {
      ASSERT(find_cluster(config, listener.cluster) != nullptr, "a TCP listener has a cluster");
      continue;
    }
    std::vector<proxy::Destination> destinations;
    for (const Route& route : config.routes) {
      const auto of_name = std::ranges::find(config.clusters, route.cluster, &Cluster::name);
      ASSERT(of_name != config.clusters.end(), "a route has a cluster");
      http::ForwardOptions forward = listener.forward;
      if (!route.host_rewrite.empty()) forward.host = route.host_rewrite;
      destinations.push_back({static_cast<std::size_t>(of_name - config.clusters.begin()),
                              route.name, http::ForwardPolicy(forward)});
    }
    options.routing = std::make_shared<const proxy::Routing>(route_table(config, listener),
                                                             std::move(destinations));
    options.limits = listener.limits;
    options.connections_max = listener.connections_max;
    proxy::HttpProxy proxy(pipes.world, pipes.make_listener(), options, observer);
    for (const Route& route : config.routes) {
      if (serves(route, listener)) check_route(config, route, listener, options.routing->routes);
    }
  }
}

void run(std::string_view text) {
  const Loaded loaded = load(text, kSource);
  check_problems(loaded.errors, text);
  check_problems(loaded.warnings, text);
  if (!loaded.errors.empty()) return;
  ASSERT(!loaded.config.clusters.empty() && !loaded.config.listeners.empty(),
         "what can be run listens somewhere and asks somebody");
  serve(loaded.config);
  const Loaded again = load(std::string(text) + "\n# the end\n", kSource);
  ASSERT(again.errors.empty(), "a comment is no mistake");
}

}  // namespace
}  // namespace weir::config::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::config::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
