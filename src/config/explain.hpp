#pragma once
// explain: what would become of a request, and why: its listener, route, cluster and backends, and
// why each other route did not get it.
//
//   const auto question = parse_question("GET http://a.example/x", {"X-Beta: 1"});
//   const std::expected<std::string, std::string> answer = explain(config, *question);
//
// It asks the parser and the route table that the proxy uses. It does not know which backends are
// healthy, nor what the policy would pick. The errors are text for whoever asked.

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"

namespace weir::config {

struct Question {
  std::string text;  // as it was asked
  std::string method;
  std::string authority;  // the Host, if a header gives one, else that of the URL
  std::uint16_t port = 80;
  std::string path;  // with its query
  std::vector<std::pair<std::string, std::string>> fields;
  std::string listener;  // "": the one that the port tells, or the only one
};

// `request` is "METHOD URL", each of `headers` "name: value".
std::expected<Question, std::string> parse_question(const std::string& request,
                                                    const std::vector<std::string>& headers);

// Lines. `config` was loaded without errors.
std::expected<std::string, std::string> explain(const Config& config, const Question& question);

}  // namespace weir::config
