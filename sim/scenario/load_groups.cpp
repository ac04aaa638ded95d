#include "sim/scenario/laws.hpp"
#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using model::Protocol;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;
constexpr CountRange kBufferBytes{1024, 64 << 20};
constexpr DurationRange kAnyTime{Duration(0), hours(24)};

enum class Kind : std::uint8_t { echo, answer, sink, source, http };

void load_tcp_backend(TableReader& table, model::BackendOptions& options, bool misread) {
  table.flag("listens", options.listens);
  table.count("backlog", options.backlog, {1, 65'535});
  read_law(table, "service", options.service, kAnyTime);
  table.flag("answers_after_end", options.answers_after_end);
  read_sizes(table, "source_bytes", options.source_bytes, {0, kBytesMax});
  table.only_if(misread || options.protocol == Protocol::echo, "answers_after_end",
                "kind = \"echo\"");
  table.only_if(misread || options.protocol == Protocol::source, "source_bytes",
                "kind = \"source\"");
  load_rates(table, options.manners);
  load_trouble(table, options.manners.trouble);
}

void load_tcp_client(TableReader& table, model::ClientOptions& options, Protocol protocol) {
  options.protocol = protocol;
  load_arrivals(table, options);
  table.count("requests", options.requests, {1, 100'000'000});
  read_sizes(table, "request_bytes", options.request_bytes, {0, kBytesMax});
  read_sizes(table, "answer_bytes", options.answer_bytes, {0, kBytesMax});
  table.only_if(protocol == Protocol::answer, "requests", "backends of kind \"answer\"");
  table.only_if(protocol == Protocol::answer, "answer_bytes", "backends of kind \"answer\"");
  table.only_if(protocol != Protocol::source, "request_bytes",
                "backends of kind \"echo\", \"answer\" or \"sink\"");
  table.flag("half_close", options.half_close);
  table.duration("hold", options.hold, kAnyTime);
  table.duration("patience", options.patience, {milliseconds(1), hours(24)});
  load_rates(table, options.manners);
  load_trouble(table, options.manners.trouble);
}

}  // namespace

void load_trouble(TableReader& group, model::Trouble& trouble) {
  const Value* value = group.find("trouble");
  if (value == nullptr) return;
  if (value->kind != Value::Kind::table) {
    group.problem("trouble", "is no table", "write { how = \"reset\", after_sent = \"64KiB\" }");
    return;
  }
  TableReader table(*value, group.path() + ".trouble", group.problems());
  table.require("how", "write how = \"reset\", \"end\" or \"hang\"");
  table.choice("how", trouble.how, {"none", "reset", "end", "hang"});
  table.size("after_sent", trouble.after_sent, {0, kBytesMax});
  table.size("after_received", trouble.after_received, {0, kBytesMax});
  table.ratio("share", trouble.share);
  table.finish();
}

void load_rates(TableReader& table, model::Manners& manners) {
  table.size("read_rate", manners.read_rate, {0, kBytesMax});
  table.size("send_rate", manners.send_rate, {0, kBytesMax});
  table.duration("read_delay", manners.read_delay, kAnyTime);
}

void load_host(TableReader& table, HostPlan& host) {
  table.size("send_buffer", host.send_buffer, kBufferBytes);
  table.size("receive_buffer", host.receive_buffer, kBufferBytes);
  table.size("descriptors_max", host.descriptors_max, {3, 1'000'000});
  table.ratio("short_io", host.short_io);
}

BackendPlan load_backend(TableReader& table) {
  BackendPlan plan;
  Kind kind = Kind::echo;
  table.require("name", "write name = \"b\"");
  table.require("kind", "write kind = \"echo\", \"answer\", \"sink\", \"source\" or \"http\"");
  table.text("name", plan.name);
  const bool misread = !table.choice("kind", kind, {"echo", "answer", "sink", "source", "http"});
  table.count("count", plan.count, {1, 1000});
  table.count("port", plan.port, {1, 65'535});
  table.count("weight", plan.weight, {0, lb::kWeightMax});
  table.only_if(misread || kind == Kind::http, "weight", "kind = \"http\"");
  if (kind == Kind::http) {
    plan.http = load_http_backend(table);
  } else {
    plan.options.protocol = static_cast<Protocol>(kind);
    load_tcp_backend(table, plan.options, misread);
  }
  load_host(table, plan.host);
  return plan;
}

ClientPlan load_client(TableReader& table, const BackendPlan* of) {
  ClientPlan plan;
  table.require("name", "write name = \"c\"");
  table.text("name", plan.name);
  table.count("count", plan.count, {1, 1000});
  if (of != nullptr && of->http) {
    plan.http = load_http_client(table);
  } else {
    load_tcp_client(table, plan.options, of != nullptr ? of->options.protocol : Protocol::answer);
  }
  load_host(table, plan.host);
  return plan;
}

void load_arrivals(TableReader& table, model::LoadOptions& load) {
  load.start = milliseconds(10);
  table.choice("load", load.load, {"at_once", "open", "closed"});
  table.count("connections", load.connections, {1, 10'000'000});
  table.count("users", load.users, {1, 20'000});
  read_law(table, "every", load.every, kAnyTime);
  table.only_if(load.load == model::Load::closed, "users", "load = \"closed\"");
  table.only_if(load.load == model::Load::open, "every", "load = \"open\"");
  if (load.load == model::Load::open) {
    table.require("every", "write every = \"10ms\": the time between two connections");
  }
  table.duration("start", load.start, kAnyTime);
  read_law(table, "think", load.think, kAnyTime);
}

}  // namespace weir::sim::scenario
