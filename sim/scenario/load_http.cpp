#include <fmt/format.h>

#include "sim/scenario/laws.hpp"
#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using model::HttpTrouble;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;
constexpr std::uint64_t kCountMax = 100'000'000;
constexpr std::size_t kTroublesMax = 8;
constexpr DurationRange kAnyTime{Duration(0), hours(24)};

// The names of an enumeration whose values count from 0.
template <class Enum>
std::vector<std::string> names_of(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) names.emplace_back(to_string(static_cast<Enum>(i)));
  return names;
}

HttpTrouble load_http_trouble(TableReader& table) {
  using What = HttpTrouble::What;
  HttpTrouble trouble;
  table.require("what", "write what = \"error\"");
  const bool known =
      table.choice("what", trouble.what, names_of<What>(model::kHttpTroubles)) && table.has("what");
  table.choice("on", trouble.on, {"data", "probes", "both"});
  table.ratio("share", trouble.share);
  table.duration("from", trouble.from, kAnyTime);
  if (table.has("until")) table.duration("until", trouble.until, kAnyTime);
  table.known("until");
  table.count("status", trouble.status, {400, 599});
  read_law(table, "extra", trouble.extra, kAnyTime);
  table.size("at", trouble.at, {0, kBytesMax});
  table.count("interims", trouble.interims, {1, 100});
  table.choice("how", trouble.how, names_of<model::HttpMalformed>(model::kHttpMalformed));
  const auto goes_with = [&](std::initializer_list<What> whats, const char* key, const char* when) {
    bool fits = !known;
    for (const What what : whats) fits = fits || trouble.what == what;
    table.only_if(fits, key, when);
  };
  goes_with({What::error}, "status", "what = \"error\"");
  goes_with({What::slow, What::unsolicited}, "extra", "what = \"slow\" or \"unsolicited\"");
  goes_with({What::close, What::reset}, "at", "what = \"close\" or \"reset\"");
  goes_with({What::interim}, "interims", "what = \"interim\"");
  goes_with({What::malformed}, "how", "what = \"malformed\"");
  if (trouble.until <= trouble.from) {
    table.problem("until", "is not after from", "write until later than from");
  }
  table.finish();
  return trouble;
}

void load_http_troubles(TableReader& group, std::vector<HttpTrouble>& troubles) {
  const Value* value = group.find("trouble");
  if (value == nullptr) return;
  const bool right = value->kind == Value::Kind::array && value->items.size() <= kTroublesMax;
  if (!right) {
    return group.problem(
        "trouble", fmt::format("is {}", name_of(value->kind)),
        fmt::format("write [[backend.trouble]] for each, at most {}", kTroublesMax));
  }
  for (const Value& item : value->items) {
    if (item.kind != Value::Kind::table) {
      group.problem("trouble", "holds what is no table", "write { what = \"error\" }");
      continue;
    }
    TableReader table(item, group.path() + ".trouble", group.problems());
    troubles.push_back(load_http_trouble(table));
  }
}

void check_text(TableReader& table, const std::string& key, const std::string& text, bool is_path) {
  const bool right = !text.empty() && text.size() <= 200 && (text.front() == '/') == is_path &&
                     text.find_first_of(" \t\r\n?#") == std::string::npos;
  if (right) return;
  table.problem(key, is_path ? "is no path" : "is no host",
                is_path ? "write \"/healthz\"" : "write \"weir.test\"");
}

}  // namespace

model::HttpBackendOptions load_http_backend(TableReader& table) {
  model::HttpBackendOptions options;
  table.flag("listens", options.listens);
  table.count("backlog", options.backlog, {1, 65'535});
  read_law(table, "service", options.service, kAnyTime);
  table.duration("cold_for", options.cold_for, kAnyTime);
  table.count("cold_factor", options.cold_factor, {1, 1000});
  table.count("concurrency", options.slots.at_once, {1, 100'000});
  table.count("queue_max", options.slots.queue_max, {0, 1'000'000});
  table.only_if(options.slots.at_once > 0, "queue_max", "concurrency");
  table.choice("answers", options.answers, {"length", "chunked", "until_end", "any"});
  table.flag("hop_fields", options.hop_fields);
  table.duration("keep_alive", options.keep_alive, {milliseconds(1), hours(24)});
  table.count("requests_max", options.requests_max, {1, kCountMax});
  table.text("probe_path", options.probe_path);
  check_text(table, "probe_path", options.probe_path, true);
  read_law(table, "probe_service", options.probe_service, kAnyTime);
  load_rates(table, options.manners);
  load_http_troubles(table, options.troubles);
  return options;
}

model::HttpClientOptions load_http_client(TableReader& table) {
  model::HttpClientOptions options;
  load_arrivals(table, options);
  table.count("requests", options.requests, {1, kCountMax});
  table.count("pipeline", options.pipeline, {1, 1000});
  table.ratio("post", options.post);
  table.ratio("head", options.head);
  table.ratio("chunked", options.chunked);
  read_sizes(table, "request_bytes", options.request_bytes, {0, kBytesMax});
  read_sizes(table, "answer_bytes", options.answer_bytes, {0, kBytesMax});
  table.flag("hop_fields", options.hop_fields);
  table.flag("expect_continue", options.expect_continue);
  for (const char* key : {"chunked", "request_bytes", "expect_continue"}) {
    table.only_if(options.post.of_these > 0, key, "post");
  }
  table.count("keys", options.keys, {1, 1'000'000});
  table.text("path", options.path);
  check_text(table, "path", options.path, true);
  table.text("host", options.host);
  check_text(table, "host", options.host, false);
  table.choice("attack", options.attack, names_of<model::HttpAttack>(model::kHttpAttacks));
  table.duration("hold", options.hold, kAnyTime);
  table.duration("patience", options.patience, {milliseconds(1), hours(24)});
  load_rates(table, options.manners);
  load_trouble(table, options.manners.trouble);
  return options;
}

}  // namespace weir::sim::scenario
