#include <algorithm>

#include <fmt/format.h>

#include "sim/scenario/load_parts.hpp"

namespace weir::sim::scenario {
namespace {

using fault::Fault;
using fault::FaultKind;
using std::chrono::hours;
using std::chrono::minutes;

constexpr DurationRange kAnyTime{Duration(0), hours(24)};

std::vector<std::string> kinds() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fault::kFaultKinds; ++i) {
    names.emplace_back(to_string(static_cast<FaultKind>(i)));
  }
  return names;
}

// Two names, each a host or a group; the links are those from every host of one to every of the
// other.
void load_between(TableReader& table, const Names& names, Fault& fault) {
  table.require("between", "write between = [\"a\", \"b\"]");
  names.read_pair(table, "between", fault.from, fault.to);
}

void load_from_to(TableReader& table, const Names& names, Fault& fault) {
  table.require("from", "write from = \"a\", to = \"b\"");
  table.require("to", "write from = \"a\", to = \"b\"");
  fault.from = names.read(table, "from");
  fault.to = names.read(table, "to");
}

void load_target(TableReader& table, const Names& names, Fault& fault) {
  switch (fault.kind) {
    case FaultKind::partition:
    case FaultKind::heal:
    case FaultKind::reset_connections: return load_between(table, names, fault);
    case FaultKind::cut: return load_from_to(table, names, fault);
    case FaultKind::set_link:
      if (!table.has("from")) return load_between(table, names, fault);
      fault.link.one_way = true;
      return load_from_to(table, names, fault);
    case FaultKind::drain_proxy: return;
    default:
      table.require("hosts", "write hosts = [\"b1\"]");
      fault.hosts = names.read(table, "hosts");
  }
}

}  // namespace

fault::Fault load_fault(TableReader& table, const Names& names) {
  Fault fault;
  table.require("at", "write at = \"2s\"");
  table.require("what", "write what = \"partition\"");
  table.duration("at", fault.at, kAnyTime);
  if (!table.choice("what", fault.kind, kinds()) || !table.has("what")) {
    table.forgive();
    return fault;
  }
  load_target(table, names, fault);
  if (fault::can_be_undone(fault.kind)) table.duration("for", fault.lasts, kAnyTime);
  if (fault.kind == FaultKind::set_link) load_link_change(table, fault.link);
  if (fault.kind == FaultKind::short_io) {
    table.require("probability", "write probability = \"1/2\"");
    table.ratio("probability", fault.probability);
  }
  if (fault.kind == FaultKind::clock_step) {
    table.require("by", "write by = \"-5s\"");
    table.duration("by", fault.step, {-hours(24 * 365), hours(24 * 365)});
  }
  return fault;
}

void load_link_change(TableReader& table, fault::LinkChange& change) {
  table.duration("latency", change.latency, {Duration(0), minutes(1)});
  table.duration("jitter", change.jitter, {Duration(0), minutes(1)});
  table.size("bandwidth", change.bytes_per_second, {0, std::uint64_t{1} << 40});
  table.duration("retransmit_after", change.retransmit_after, {Duration(1), minutes(1)});
  Ratio loss;
  if (!table.has("loss")) return table.known("loss");
  table.ratio("loss", loss);
  change.loss = loss;
}

void Names::add_group(const std::string& group, const std::vector<std::string>& hosts) {
  entries_.push_back(Entry{group, hosts});
  if (hosts.size() == 1 && hosts.front() == group) return;
  for (const std::string& host : hosts) entries_.push_back(Entry{host, {host}});
}

bool Names::has(const std::string& name) const {
  return std::ranges::find(entries_, name, &Entry::name) != entries_.end();
}

std::vector<std::string> Names::hosts_of(TableReader& table, const std::string& key,
                                         const std::string& name) const {
  const auto found = std::ranges::find(entries_, name, &Entry::name);
  if (found != entries_.end()) return found->hosts;
  std::vector<std::string> known;
  for (const Entry& entry : entries_) known.push_back(entry.name);
  table.problem(key, fmt::format("names \"{}\", which is no host", name),
                config::suggest(name, known));
  return {};
}

std::vector<std::string> Names::read(TableReader& table, const std::string& key) const {
  std::vector<std::string> names;
  table.texts(key, names);
  std::vector<std::string> hosts;
  for (const std::string& name : names) {
    for (std::string& host : hosts_of(table, key, name)) hosts.push_back(std::move(host));
  }
  return hosts;
}

void Names::read_pair(TableReader& table, const std::string& key, std::vector<std::string>& first,
                      std::vector<std::string>& second) const {
  std::vector<std::string> names;
  table.texts(key, names);
  if (names.empty()) return;
  if (names.size() != 2) {
    return table.problem(key, fmt::format("has {} names", names.size()),
                         "write two, such as [\"proxy\", \"b1\"]");
  }
  first = hosts_of(table, key, names[0]);
  second = hosts_of(table, key, names[1]);
}

}  // namespace weir::sim::scenario
