#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using model::Protocol;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::uint64_t kBytesMax = std::uint64_t{1} << 30;
constexpr CountRange kBufferBytes{1024, 64 << 20};
constexpr DurationRange kAnyTime{Duration(0), hours(24)};

void load_trouble(TableReader& group, const std::string& path, model::Trouble& trouble,
                  Problems& problems) {
  const Value* value = group.find("trouble");
  if (value == nullptr) return;
  if (value->kind != Value::Kind::table) {
    group.problem("trouble", "is no table", "write { how = \"reset\", after_sent = \"64KiB\" }");
    return;
  }
  TableReader table(*value, path + ".trouble", problems);
  table.require("how", "write how = \"reset\", \"end\" or \"hang\"");
  table.choice("how", trouble.how, {"none", "reset", "end", "hang"});
  table.size("after_sent", trouble.after_sent, {0, kBytesMax});
  table.size("after_received", trouble.after_received, {0, kBytesMax});
  table.ratio("share", trouble.share);
  table.finish();
}

void load_manners(TableReader& table, model::Manners& manners) {
  table.size("read_rate", manners.read_rate, {0, kBytesMax});
  table.size("send_rate", manners.send_rate, {0, kBytesMax});
  table.duration("read_delay", manners.read_delay, kAnyTime);
  load_trouble(table, table.path(), manners.trouble, table.problems());
}

}  // namespace

void load_host(TableReader& table, HostPlan& host) {
  table.size("send_buffer", host.send_buffer, kBufferBytes);
  table.size("receive_buffer", host.receive_buffer, kBufferBytes);
  table.size("descriptors_max", host.descriptors_max, {3, 1'000'000});
  table.ratio("short_io", host.short_io);
}

BackendPlan load_backend(TableReader& table) {
  BackendPlan plan;
  model::BackendOptions& options = plan.options;
  table.require("name", "write name = \"b\"");
  table.require("kind", "write kind = \"echo\", \"answer\", \"sink\" or \"source\"");
  table.text("name", plan.name);
  const bool misread =
      !table.choice("kind", options.protocol, {"echo", "answer", "sink", "source"});
  table.count("count", plan.count, {1, 1000});
  table.count("port", plan.port, {1, 65'535});
  table.flag("listens", options.listens);
  table.count("backlog", options.backlog, {1, 65'535});
  table.law("service", options.service, kAnyTime);
  table.flag("answers_after_end", options.answers_after_end);
  table.sizes("source_bytes", options.source_bytes, {0, kBytesMax});
  table.only_if(misread || options.protocol == Protocol::echo, "answers_after_end",
                "kind = \"echo\"");
  table.only_if(misread || options.protocol == Protocol::source, "source_bytes",
                "kind = \"source\"");
  load_manners(table, options.manners);
  load_host(table, plan.host);
  return plan;
}

ClientPlan load_client(TableReader& table, Protocol protocol) {
  ClientPlan plan;
  model::ClientOptions& options = plan.options;
  options.protocol = protocol;
  options.start = milliseconds(10);
  table.require("name", "write name = \"c\"");
  table.text("name", plan.name);
  table.count("count", plan.count, {1, 1000});
  table.choice("load", options.load, {"at_once", "open", "closed"});
  table.count("connections", options.connections, {1, 10'000'000});
  table.count("users", options.users, {1, 20'000});
  table.law("every", options.every, kAnyTime);
  table.only_if(options.load == model::Load::closed, "users", "load = \"closed\"");
  table.only_if(options.load == model::Load::open, "every", "load = \"open\"");
  if (options.load == model::Load::open) {
    table.require("every", "write every = \"10ms\": the time between two connections");
  }
  table.duration("start", options.start, kAnyTime);
  table.count("requests", options.requests, {1, 100'000'000});
  table.law("think", options.think, kAnyTime);
  table.sizes("request_bytes", options.request_bytes, {0, kBytesMax});
  table.sizes("answer_bytes", options.answer_bytes, {0, kBytesMax});
  table.only_if(protocol == Protocol::answer, "requests", "backends of kind \"answer\"");
  table.only_if(protocol == Protocol::answer, "answer_bytes", "backends of kind \"answer\"");
  table.only_if(protocol != Protocol::source, "request_bytes",
                "backends of kind \"echo\", \"answer\" or \"sink\"");
  table.flag("half_close", options.half_close);
  table.duration("hold", options.hold, kAnyTime);
  table.duration("patience", options.patience, {milliseconds(1), hours(24)});
  load_manners(table, options.manners);
  load_host(table, plan.host);
  return plan;
}

}  // namespace weir::sim::scenario
