#include "config/schema.hpp"

#include "config/forms.hpp"
#include "proxy/request_record.hpp"

namespace weir::config {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr DurationRange kWait{milliseconds(1), hours(24)};
constexpr DurationRange kWaitOrNone{Duration(0), hours(24)};
constexpr std::uint64_t kConnectionsMax = 10'000'000;
constexpr std::uint64_t kBodyBytesMax = std::uint64_t{1} << 40;
constexpr std::uint64_t kRateMax = std::uint64_t{1} << 30;

void describe_limits(Keys& keys, http::Limits& limits) {
  keys.size("request_line", limits.request_line_bytes_max, {256, http::kRequestLineBytesMax},
            {"Method, target and version; beyond it: 414."});
  keys.size("header_block", limits.header_bytes_max, {1024, http::kHeaderBytesMax},
            {"All headers together; beyond it: 431."});
  keys.count("headers", limits.fields_max, {1, http::kFieldsMax},
             {"How many headers; beyond it: 431."});
  keys.size("chunk_extensions", limits.chunk_extension_bytes_max,
            {0, http::kChunkExtensionBytesMax},
            {"All chunk extensions of a body together; beyond it: 400."});
  keys.size("trailers", limits.trailer_bytes_max, {0, http::kTrailerBytesMax},
            {"All trailers together; beyond it: 431."});
  keys.size("body", limits.body_bytes_max, {0, kBodyBytesMax},
            {"A request's body; beyond it: 413.", false, "no limit"});
}

void describe_forward(Keys& keys, http::ForwardOptions& forward) {
  keys.count("trusted_hops", forward.trusted_hops, {0, http::kTrustedHopsMax},
             {"How many proxies of yours stand in front of this one: so many entries of "
              "`X-Forwarded-For` and `Forwarded` are believed and kept."});
  keys.flag("x_forwarded", forward.x_forwarded,
            {"Whether backends get `X-Forwarded-For`, `-Proto` and `-Host`."});
  keys.flag("forwarded", forward.forwarded, {"Whether backends get `Forwarded` (RFC 7239)."});
  keys.flag("request_id", forward.request_id, {"Whether backends get `X-Request-Id`."});
  keys.text("via", forward.via, pseudonym_form(),
            {"What Weir calls itself in `Via`; empty: it adds none."});
}

void describe_body_rate(Keys& keys, proxy::BodyRate& rate) {
  keys.size("bytes_per_second", rate.bytes_per_second, {0, kRateMax},
            {"A request's body must come so fast on average, else 408; and what waits of an answer "
             "be taken, else a reset. 0: however slowly."});
  keys.duration("grace", rate.grace, kWaitOrNone, {"How long it may be slower at first."});
}

void describe_listener_timeouts(Keys& keys, ListenerTimeouts& timeouts) {
  keys.duration("header", timeouts.http.header, kWait,
                {"HTTP: from a request's first byte to the end of its headers; then 408."});
  keys.duration("keep_alive", timeouts.http.keep_alive, kWait,
                {"HTTP: between two requests of a connection; then it is closed."});
  keys.duration("body_idle", timeouts.http.body_idle, kWait,
                {"HTTP: while no byte of a body moves, either way."});
  keys.duration("tunnel_idle", timeouts.http.tunnel_idle, kWait,
                {"HTTP: while no byte moves after an upgrade (WebSocket)."});
  keys.duration("linger", timeouts.http.linger, {Duration(0), minutes(1)},
                {"HTTP: for a client that still sends when it has been answered for good."});
  keys.duration("idle", timeouts.idle, kWait, {"TCP: while no byte moves, either way."});
  keys.duration("half_close", timeouts.half_close, kWait,
                {"TCP: the same once one side has ended its direction."});
}

void describe_listener(Keys& keys, Listener& listener) {
  keys.text("name", listener.name, name_form(), {"What routes and logs call it.", true});
  keys.text("address", listener.address, address_form(0),
            {"Where clients connect. Port 0 picks a free one.", true});
  keys.choice("protocol", listener.protocol, {"tcp", "http"}, {"What clients speak."});
  keys.text("cluster", listener.cluster, name_form(),
            {"TCP: the cluster that gets the connections; required there."});
  keys.count("max_connections", listener.connections_max, {1, kConnectionsMax},
             {"Clients at a time; further ones wait in the kernel's backlog."});
  keys.count("max_requests", listener.requests_max, {0, kConnectionsMax},
             {"HTTP: requests of one connection, after which it is closed. 0: no limit."});
  keys.table("forward", listener.forward, describe_forward,
             {"HTTP: what Weir tells backends about clients, and believes of them."});
  keys.table("limits", listener.limits, describe_limits, {"HTTP: how large messages may be."});
  keys.table("body_rate", listener.body_rate, describe_body_rate,
             {"HTTP: how slowly bodies may come, and be taken."});
  keys.table("timeouts", listener.timeouts, describe_listener_timeouts,
             {"How long clients may keep Weir waiting."});
}

void describe_condition(Keys& keys, proxy::FieldCondition& condition) {
  keys.text("name", condition.name, field_name_form(), {"The header; case does not count.", true});
  keys.text("equals", condition.equals, field_value_form(),
            {"Its whole value; case counts.", false, "any value"});
}

void describe_route(Keys& keys, Route& route) {
  using Path = proxy::RouteMatch::Path;
  proxy::RouteMatch& match = route.match;
  std::string exact;
  std::string prefix;
  keys.text("name", route.name, name_form(),
            {"What logs call it.", false, "route-N, the Nth of the file"});
  keys.texts("listeners", route.listeners, name_form(), kListenersMax,
             {"The HTTP listeners whose requests it may get.", false, "all of them"});
  keys.texts("hosts", match.hosts, host_pattern_form(), proxy::kRouteHostsMax,
             {"Condition: the request's host is one of these. Case and port do not count.", false,
              "any host"});
  keys.text("path", exact, path_form(),
            {"Condition: the path is exactly this one, with any query.", false, "any path"});
  keys.text("path_prefix", prefix, path_form(),
            {"Condition: the path begins with these segments: \"/api\" is the beginning of "
             "\"/api/x\", not of \"/apix\". Not together with `path`.",
             false, "any path"});
  keys.texts(
      "methods", match.methods, method_form(), proxy::kRouteConditionsMax,
      {"Condition: the method is one of these. GET does not include HEAD.", false, "any method"});
  keys.text("cluster", route.cluster, name_form(), {"The cluster that gets the requests.", true});
  keys.text("host_rewrite", route.host_rewrite, host_form(),
            {"The `Host` that backends get.", false, "the client's"});
  keys.tables("header", match.headers, describe_condition, {0, proxy::kRouteConditionsMax},
              {"Condition: the request has such a header. All of them must be met."});
  if (!prefix.empty()) match.path_kind = Path::prefix, match.path = prefix;
  if (!exact.empty()) match.path_kind = Path::exact, match.path = exact;
}

void describe_health(Keys& keys, HealthCheck& health) {
  lb::HealthOptions& machine = health.machine;
  keys.choice("type", health.probe.type, {"tcp", "http"},
              {"\"tcp\": a connection can be opened. \"http\": a GET is answered as wanted."});
  keys.text("path", health.probe.path, target_form(), {"HTTP: what is asked for."});
  keys.text("host", health.probe.host, host_form(),
            {"HTTP: the `Host` of the request.", false, "the backend's address"});
  keys.text("status", health.probe.status, status_range_form(), {"HTTP: statuses that pass."});
  keys.text("body", health.probe.body, body_text_form(),
            {"HTTP: what the answer's body must contain.", false, "anything"});
  keys.duration("interval", machine.interval, {milliseconds(10), hours(1)},
                {"From the start of a probe to that of the next."});
  keys.text("jitter", machine.jitter, percent_form(0, 50),
            {"So much of the interval is added or taken at random."});
  keys.duration("timeout", machine.timeout, {milliseconds(1), minutes(10)},
                {"A probe that takes longer has failed."});
  keys.count("rise", machine.rise, {1, 100}, {"Passes in a row that bring a backend up."});
  keys.count("fall", machine.fall, {1, 100}, {"Failures in a row that take it down."});
  keys.duration("fast_interval", machine.fast_interval, {milliseconds(10), hours(1)},
                {"The interval while a change is in the air; at most `interval`."});
  keys.choice("initial", machine.initial, {"up", "down", "unknown"},
              {"What a backend is before its first probe. \"unknown\" gets no requests (but for "
               "`panic_threshold`), and the first probe decides alone."});
}

void describe_pool(Keys& keys, proxy::PoolOptions& pool) {
  keys.count("idle", pool.idle_max, {0, 100'000},
             {"Idle connections that a worker keeps, for all backends together."});
  keys.duration("idle_timeout", pool.idle_timeout, kWait,
                {"How long one is kept. Stay below what backends allow."});
  keys.count("max_connections", pool.connections_max, {0, kConnectionsMax},
             {"Connections of a worker to one backend. 0: no limit."});
  keys.count("queue", pool.queue_max, {0, 1'000'000},
             {"Requests of a worker that wait for a connection to one backend; beyond it: 503."});
}

void describe_cluster_timeouts(Keys& keys, proxy::UpstreamTimeouts& timeouts) {
  keys.duration("connect", timeouts.connect, kWait, {"For each backend that is tried."});
  keys.duration("queue", timeouts.queue, kWaitOrNone,
                {"HTTP: for a connection to a backend that has all it may have; then 503."});
  keys.duration("first_byte", timeouts.first_byte, kWait,
                {"HTTP: from the end of a request to the headers of its answer; then 504."});
}

void describe_backend(Keys& keys, Backend& backend) {
  keys.text("name", backend.name, backend_name_form(),
            {"What logs call it, and hashing policies place it by.", false, "its address"});
  keys.text("address", backend.address, address_form(1), {"Where it listens.", true});
  keys.count("weight", backend.weight, {0, lb::kWeightMax},
             {"Its share, for policies that heed weights. 0: no new requests."});
}

std::vector<std::string> policy_names() {
  std::vector<std::string> names;
  for (const lb::PolicyFacts& policy : lb::policies()) names.emplace_back(policy.name);
  return names;
}

void describe_cluster(Keys& keys, Cluster& cluster) {
  lb::ClusterOptions& balance = cluster.balance;
  keys.text("name", cluster.name, name_form(), {"What listeners and routes call it.", true});
  keys.choice("balance", balance.policy, policy_names(), {"Who gets the next request."});
  keys.text("hash", cluster.hash, hash_key_form(),
            {"What `ring_hash` and `maglev` hash: equal ones go to the same backend."});
  keys.text("load_bound", balance.load_bound, percent_form(100, 1000),
            {"Policies that hash: no backend gets more than so much of the average load.", false,
             "no bound"});
  keys.count(
      "maglev_size", balance.maglev_size, {2, lb::kMaglevSizeMax},
      {"`maglev`: places in its table, a prime number. A hundred times the backends or more, "
       "so that shares differ by a percent at most."});
  keys.duration("latency_memory", balance.latency_memory, {milliseconds(1), lb::Decay::kMemoryMax},
                {"`peak_ewma`: how long a latency counts."});
  keys.text("panic_threshold", balance.panic_below, percent_form(0, 100),
            {"When fewer of the backends are healthy, the unhealthy ones get requests too, so that "
             "the last ones are not overloaded. 0%: never."});
  keys.duration("slow_start", balance.slow_start, kWaitOrNone,
                {"How long a backend that comes back takes to get its whole share."});
  keys.count("tries", cluster.tries_max, {1, proxy::kTriesMax},
             {"Backends that a request is offered to while none can have begun with it."});
  keys.table("health", cluster.health, describe_health,
             {"How backends are probed. Without this table they are not, and always count as "
              "healthy."});
  keys.table("pool", cluster.pool, describe_pool,
             {"HTTP: connections to backends that are kept and used again."});
  keys.table("timeouts", cluster.timeouts, describe_cluster_timeouts,
             {"How long backends may keep Weir waiting."});
  keys.tables("backend", cluster.backends, describe_backend, {1, lb::kBackendsMax},
              {"Who gets the requests."});
}

}  // namespace

void describe(Keys& keys, Config& config) {
  keys.count("workers", config.workers, {0, 256}, {"Threads. 0: one for each processor."});
  keys.duration("drain_timeout", config.drain_timeout, kWaitOrNone,
                {"From SIGTERM until what is still open is reset."});
  keys.text("access_log", config.access_log, log_form(),
            {"One JSON line a request or TCP session: a file that is appended to, `-` for "
             "standard error, or `none`."});
  keys.tables("listener", config.listeners, describe_listener, {1, kListenersMax},
              {"Where clients connect."});
  keys.tables("route", config.routes, describe_route, {0, proxy::kRoutesMax},
              {"Which requests go to which cluster."});
  keys.tables("cluster", config.clusters, describe_cluster, {1, kClustersMax},
              {"Backends among which requests are balanced."});
}

}  // namespace weir::config
