#include "config/load.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

#include "config/explain.hpp"
#include "config/texts.hpp"

using namespace weir;
using namespace weir::config;
using namespace std::chrono_literals;

namespace {

Config loaded(const std::string& text) {
  Loaded result = load(text, "x.toml");
  if (!result.errors.empty()) FAIL(text_of(result.errors.front()));
  return std::move(result.config);
}

}  // namespace

TEST_CASE("the minimal example has the defaults of the other layers") {
  const Config config = loaded(example("minimal.toml"));
  REQUIRE(config.listeners.size() == 1);
  const Listener& listener = config.listeners[0];
  CHECK(listener.address == HostPort{"127.0.0.1", 8080});
  CHECK(listener.protocol == Protocol::http);
  CHECK(listener.limits.header_bytes_max == http::Limits{}.header_bytes_max);
  CHECK(listener.timeouts.http.header == 10s);
  CHECK(listener.timeouts.http.keep_alive == 60s);
  REQUIRE(config.routes.size() == 1);
  CHECK(config.routes[0].name == "route-1");
  CHECK(config.routes[0].match == proxy::RouteMatch{});
  REQUIRE(config.clusters.size() == 1);
  const Cluster& cluster = config.clusters[0];
  CHECK(cluster.balance.policy == lb::Policy::round_robin);
  CHECK_FALSE(cluster.health);
  CHECK(cluster.timeouts.connect == 5s);
  REQUIRE(cluster.backends.size() == 2);
  CHECK(cluster.backends[1].name == "127.0.0.1:9002");
  CHECK(cluster.backends[1].weight == 1);
}

TEST_CASE("the examples have no warnings") {
  CHECK(problems_of(example("minimal.toml")) == "");
  CHECK(problems_of(example("full.toml")) == "");
}

TEST_CASE("every key of a listener is read") {
  const Config config = loaded(example("full.toml"));
  CHECK(config.workers == 2);
  CHECK(config.drain_timeout == 20s);
  CHECK(config.access_log == "/var/log/weir/access.log");
  const Listener& web = config.listeners[0];
  CHECK(web.name == "web");
  CHECK(web.connections_max == 20'000);
  CHECK(web.requests_max == 10'000);
  CHECK(web.forward.trusted_hops == 1);
  CHECK_FALSE(web.forward.x_forwarded);
  CHECK(web.forward.forwarded);
  CHECK_FALSE(web.forward.request_id);
  CHECK(web.forward.via == "edge");
  CHECK(web.limits.request_line_bytes_max == 4096);
  CHECK(web.limits.header_bytes_max == 32'768);
  CHECK(web.limits.fields_max == 64);
  CHECK(web.limits.chunk_extension_bytes_max == 256);
  CHECK(web.limits.trailer_bytes_max == 2048);
  CHECK(web.limits.body_bytes_max == 100 << 20);
  CHECK(web.body_rate.bytes_per_second == 1024);
  CHECK(web.body_rate.grace == 5s);
  CHECK(web.timeouts.http.header == 5s);
  CHECK(web.timeouts.http.keep_alive == 30s);
  CHECK(web.timeouts.http.body_idle == 20s);
  CHECK(web.timeouts.http.tunnel_idle == 2h);
  CHECK(web.timeouts.http.linger == 1s);
  const Listener& postgres = config.listeners[1];
  CHECK(postgres.protocol == Protocol::tcp);
  CHECK(postgres.cluster == "database");
  CHECK(postgres.timeouts.idle == 1h);
  CHECK(postgres.timeouts.half_close == 10s);
}

TEST_CASE("every key of a route is read") {
  const Config config = loaded(example("full.toml"));
  REQUIRE(config.routes.size() == 4);
  const Route& beta = config.routes[0];
  CHECK(beta.name == "beta");
  CHECK(beta.listeners == std::vector<std::string>{"web"});
  CHECK(beta.cluster == "beta");
  using Path = proxy::RouteMatch::Path;
  CHECK(beta.match.hosts == std::vector<std::string>{"api.example.org"});
  CHECK(beta.match.path_kind == Path::prefix);
  CHECK(beta.match.path == "/v2");
  CHECK(beta.match.methods == std::vector<std::string>{"GET", "HEAD"});
  CHECK(beta.match.headers == std::vector<proxy::FieldCondition>{{"X-Beta", "1"}, {"X-User"}});
  CHECK(config.routes[1].host_rewrite == "api.internal");
  CHECK(config.routes[2].match.path_kind == Path::exact);
  CHECK(config.routes[2].match.path == "/status");
}

TEST_CASE("every key of a cluster is read") {
  const Config config = loaded(example("full.toml"));
  const Cluster& api = config.clusters[0];
  CHECK(api.balance.policy == lb::Policy::ring_hash);
  CHECK(api.hash.kind == proxy::HashKey::Kind::cookie);
  CHECK(api.hash.name == "session");
  CHECK(api.balance.load_bound == Ratio{125, 100});
  CHECK(config.clusters[2].balance.maglev_size == 1009);
  CHECK(api.balance.panic_below == Ratio{30, 100});
  CHECK(api.balance.slow_start == 30s);
  CHECK(api.tries_max == 2);
  REQUIRE(api.health);
  const HealthCheck& health = *api.health;
  CHECK(health.probe.type == control::ProbeOptions::Type::http);
  CHECK(health.probe.path == "/health?full");
  CHECK(health.probe.host == "health.internal");
  CHECK(health.probe.status == control::StatusRange{200, 204});
  CHECK(health.probe.body == "ready");
  CHECK(health.machine.interval == 5s);
  CHECK(health.machine.jitter == Ratio{20, 100});
  CHECK(health.machine.timeout == 2s);
  CHECK(health.machine.rise == 3);
  CHECK(health.machine.fall == 2);
  CHECK(health.machine.fast_interval == 250ms);
  CHECK(health.machine.initial == lb::Health::down);
  CHECK(api.pool.idle_max == 64);
  CHECK(api.pool.idle_timeout == 45s);
  CHECK(api.pool.connections_max == 500);
  CHECK(api.pool.queue_max == 200);
  CHECK(api.timeouts.connect == 1s);
  CHECK(api.timeouts.queue == 2s);
  CHECK(api.timeouts.first_byte == 15s);
  CHECK(api.backends[1].name == "api-2");
  CHECK(api.backends[1].address == HostPort{"10.0.0.2", 8000});
  CHECK(api.backends[1].weight == 3);
  CHECK(config.clusters[1].balance.latency_memory == 5s);
  CHECK(config.clusters[1].backends[1].name == "[fd00::1]:8000");
}

TEST_CASE("a listener's routes are those for it, in the order of the file") {
  const Config config = loaded(example("full.toml"));
  const proxy::RouteTable table = route_table(config, config.listeners[0]);
  CHECK(table.routes().size() == 4);
  const proxy::Route* route = table.match({"api.example.org", "/v2/x", "PUT", {}});
  REQUIRE(route != nullptr);
  CHECK(config.routes[route->target].name == "api");
  CHECK(route_table(config, config.listeners[1]).routes().empty());
}

TEST_CASE("a damaged configuration is refused, or else it can be used") {
  const std::string whole = example("full.toml");
  rc::check([&whole] {
    std::string text = whole;
    const std::size_t wounds = *rc::gen::inRange<std::size_t>(1, 6);
    for (std::size_t i = 0; i < wounds; ++i) {
      const auto from = *rc::gen::inRange<std::size_t>(0, text.size());
      const auto line = std::min(text.find('\n', from), text.size() - 1);
      const bool whole_line = *rc::gen::arbitrary<bool>();
      text.replace(
          from, whole_line ? line - from + 1 : 1,
          *rc::gen::element<std::string>("", "0", "\"", "[", "\n", " = 1\n", "[[route]]\n"));
    }
    const Loaded result = load(text, "x.toml");
    if (!result.errors.empty()) return;
    const auto question = parse_question("GET http://api.example.org:8080/v2", {});
    RC_ASSERT(question.has_value());
    const auto answer = explain(result.config, *question);
    RC_ASSERT(answer.has_value() || !answer.error().empty());
  });
}
