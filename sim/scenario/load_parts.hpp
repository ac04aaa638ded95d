#pragma once
// The parts of load(): one function for each table of the format. Each reads its table into the
// Scenario and adds what is wrong to `problems`; values that are wrong keep their defaults.
//
// Only load.cpp calls them, in the order in which names must be known: groups before faults.

#include <string>
#include <vector>

#include "config/table_reader.hpp"
#include "sim/scenario/scenario.hpp"

namespace weir::sim::scenario {

using config::CountRange;
using config::DurationRange;
using config::Problems;
using config::TableReader;
using config::Value;

// Which hosts a name stands for: a host, or all hosts of a group.
class Names {
 public:
  void add_group(const std::string& group, const std::vector<std::string>& hosts);
  bool has(const std::string& name) const;

  // Reads `key` as names, and gives their hosts; unknown names are problems.
  std::vector<std::string> read(TableReader& table, const std::string& key) const;
  // The same for exactly two names.
  void read_pair(TableReader& table, const std::string& key, std::vector<std::string>& first,
                 std::vector<std::string>& second) const;

 private:
  std::vector<std::string> hosts_of(TableReader& table, const std::string& key,
                                    const std::string& name) const;
  struct Entry {
    std::string name;
    std::vector<std::string> hosts;
  };
  std::vector<Entry> entries_;
};

void load_host(TableReader& table, HostPlan& host);
void load_http_plan(TableReader& proxy, HttpPlan& plan);
void load_health(TableReader& proxy, std::optional<HealthCheckPlan>& plan);
BackendPlan load_backend(TableReader& table);
// `of` is one of the backends; null when there is none.
ClientPlan load_client(TableReader& table, const BackendPlan* of);
void load_arrivals(TableReader& table, model::LoadOptions& load);
void load_rates(TableReader& table, model::Manners& manners);
void load_trouble(TableReader& table, model::Trouble& trouble);
model::HttpBackendOptions load_http_backend(TableReader& table);
model::HttpClientOptions load_http_client(TableReader& table);
void load_link_change(TableReader& table, fault::LinkChange& change);
fault::Fault load_fault(TableReader& table, const Names& names);
void load_expect(const Value& value, Scenario& scenario, Problems& problems);

}  // namespace weir::sim::scenario
