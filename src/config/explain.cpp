#include "config/explain.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/forms.hpp"
#include "config/problem.hpp"
#include "http/chars.hpp"
#include "http/head_end.hpp"
#include "http/request_parser.hpp"
#include "http/target.hpp"

namespace weir::config {
namespace {

using Path = proxy::RouteMatch::Path;

struct Chosen {
  const Listener* listener;
  std::string why;
};

std::expected<Chosen, std::string> choose_listener(const Config& config, const Question& question) {
  std::vector<const Listener*> http;
  std::vector<std::string> names;
  for (const Listener& listener : config.listeners) {
    if (listener.protocol != Protocol::http) continue;
    http.push_back(&listener);
    names.push_back(listener.name);
  }
  if (!question.listener.empty()) {
    const auto found = std::ranges::find(names, question.listener);
    if (found != names.end()) return Chosen{find_listener(config, *found), "as asked"};
    return std::unexpected(fmt::format("\"{}\" is no HTTP listener; {}", question.listener,
                                       suggest(question.listener, names)));
  }
  if (http.empty()) return std::unexpected("there is no HTTP listener: TCP has no requests");
  if (http.size() == 1) return Chosen{http.front(), "the only HTTP listener"};
  std::erase_if(http, [&question](const Listener* listener) {
    return listener->address.port != question.port;
  });
  if (http.size() == 1) return Chosen{http.front(), fmt::format("port {}", question.port)};
  return std::unexpected(fmt::format("{} have port {}; write --listener with one of {}",
                                     http.empty() ? "no HTTP listeners" : "several HTTP listeners",
                                     question.port, joined(names)));
}

std::string text_of(const proxy::FieldCondition& condition) {
  if (!condition.equals) return fmt::format("header {}", condition.name);
  return fmt::format("header {} = \"{}\"", condition.name, *condition.equals);
}

// "host a.example, path_prefix "/v2"", or "no conditions".
std::string conditions_of(const proxy::RouteMatch& match) {
  std::vector<std::string> texts;
  if (!match.hosts.empty()) texts.push_back(fmt::format("host {}", joined(match.hosts)));
  if (match.path_kind == Path::exact) texts.push_back(fmt::format("path \"{}\"", match.path));
  if (match.path_kind == Path::prefix) {
    texts.push_back(fmt::format("path_prefix \"{}\"", match.path));
  }
  if (!match.methods.empty()) texts.push_back(fmt::format("method {}", joined(match.methods)));
  for (const proxy::FieldCondition& condition : match.headers) texts.push_back(text_of(condition));
  return texts.empty() ? "no conditions" : fmt::format("{}", fmt::join(texts, "; "));
}

class Explanation {
 public:
  Explanation(const Config& config, const Question& question, const Listener& listener)
      : config_(config), listener_(listener), table_(route_table(config, listener)) {
    for (const auto& [name, value] : question.fields) {
      fields_.push_back({name, value, http::field_id(name)});
    }
    request_ = {question.authority, question.path, question.method, fields_};
    met_ = table_.match(request_);
  }

  const Route* met() const { return met_ != nullptr ? &config_.routes[met_->target] : nullptr; }
  std::string why_not(const Route& route) const;

 private:
  std::string missing_header(const proxy::RouteMatch& match) const;
  std::string lost_to_met(const Route& route) const;

  const Config& config_;
  const Listener& listener_;
  proxy::RouteTable table_;
  std::vector<http::Field> fields_;
  proxy::RouteRequest request_{};
  const proxy::Route* met_ = nullptr;
};

std::string Explanation::why_not(const Route& route) const {
  const proxy::RouteMatch& match = route.match;
  if (!serves(route, listener_)) {
    return fmt::format("only for listener {}", joined(route.listeners));
  }
  switch (proxy::mismatch(match, request_)) {
    case proxy::Mismatch::host:
      return fmt::format("the host \"{}\" is not {}{}", proxy::host_of(request_.authority),
                         match.hosts.size() > 1 ? "one of " : "", joined(match.hosts));
    case proxy::Mismatch::path:
      if (match.path_kind == Path::exact) return fmt::format("the path is not \"{}\"", match.path);
      return fmt::format("the path is not \"{}\" or below", match.path);
    case proxy::Mismatch::method:
      return fmt::format("the method {} is not {}{}", request_.method,
                         match.methods.size() > 1 ? "one of " : "", joined(match.methods));
    case proxy::Mismatch::header: return missing_header(match);
    case proxy::Mismatch::none: return lost_to_met(route);
  }
  return "";
}

std::string Explanation::missing_header(const proxy::RouteMatch& match) const {
  for (const proxy::FieldCondition& condition : match.headers) {
    const proxy::RouteMatch alone{.headers = {condition}};
    if (proxy::mismatch(alone, request_) == proxy::Mismatch::none) continue;
    return fmt::format("there is no {}", text_of(condition));
  }
  return "";
}

std::string Explanation::lost_to_met(const Route& route) const {
  const proxy::RouteRank its = proxy::rank(route.match, request_);
  const proxy::RouteRank best = proxy::rank(met_->match, request_);
  const char* why = "stands before it";
  if (its.conditions < best.conditions) why = "has more conditions";
  if (its.path < best.path) why = "has the more specific path";
  if (its.host < best.host) why = "has the more specific host";
  return fmt::format("matches too, but \"{}\" {}", met_->name, why);
}

std::string text_of(const Cluster& cluster) {
  std::string text = std::string(lb::to_string(cluster.balance.policy));
  if (lb::facts(cluster.balance.policy).hashes) {
    text += " over " + hash_key_form().print(cluster.hash);
  }
  std::string lines = fmt::format("cluster   {}: {}\n", cluster.name, text);
  for (const Backend& backend : cluster.backends) {
    const std::string address = to_string(backend.address);
    lines += fmt::format("backend   {}{}{}\n", backend.name,
                         address == backend.name ? "" : " at " + address,
                         backend.weight == 1 ? "" : fmt::format(", weight {}", backend.weight));
  }
  return lines;
}

// What the proxy itself answers, whatever its routes are: asked of the parser that it uses.
std::optional<http::Refusal> refusal_of(const Question& question, const Listener& listener) {
  std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", question.method, question.path,
                                 question.authority);
  for (const auto& [name, value] : question.fields) {
    if (http::field_id(name) == http::FieldId::host) continue;  // became the authority
    text += fmt::format("{}: {}\r\n", name, value);
  }
  text += "\r\n";
  http::HeadScan scan;
  const http::HeadEnd end =
      http::find_head_end(as_bytes(text), scan, http::HeadKind::request, listener.limits);
  if (end.status == http::HeadEnd::Status::refused) return end.refusal;
  http::RequestParser parser(listener.limits);
  const auto head = parser.parse(as_bytes(text));
  return head ? std::nullopt : std::optional(head.error());
}

}  // namespace

std::expected<std::string, std::string> explain(const Config& config, const Question& question) {
  const auto chosen = choose_listener(config, question);
  if (!chosen) return std::unexpected(chosen.error());
  const Listener& listener = *chosen->listener;
  const Explanation explanation(config, question, listener);
  std::string text = fmt::format("request   {}\nlistener  {} on {}: {}\n", question.text,
                                 listener.name, to_string(listener.address), chosen->why);
  if (const auto refusal = refusal_of(question, listener)) {
    text +=
        fmt::format("route     none: the client gets a {}: {}\n", refusal->status, refusal->reason);
    return text;
  }
  const Route* met = explanation.met();
  if (met == nullptr) {
    text += "route     none: the client gets a 404\n";
  } else {
    text += fmt::format("route     {}: {}\n", met->name, conditions_of(met->match));
    if (!met->host_rewrite.empty()) text += fmt::format("host      {}\n", met->host_rewrite);
    text += text_of(*find_cluster(config, met->cluster));
  }
  for (const Route& route : config.routes) {
    if (&route == met) continue;
    text += fmt::format("not       {}: {}\n", route.name, explanation.why_not(route));
  }
  return text;
}

std::expected<Question, std::string> parse_question(const std::string& request,
                                                    const std::vector<std::string>& headers) {
  constexpr std::string_view scheme = "http://";
  Question question;
  question.text = request;
  const std::size_t space = request.find(' ');
  question.method = request.substr(0, space);
  const std::string url = space == std::string::npos ? "" : request.substr(space + 1);
  const std::size_t slash = std::min(url.find_first_of("/?", scheme.size()), url.size());
  question.path = slash < url.size() ? url.substr(slash) : "/";
  if (!question.path.starts_with('/')) question.path.insert(0, "/");
  if (url.starts_with(scheme))
    question.authority = url.substr(scheme.size(), slash - scheme.size());
  if (!http::is_token(question.method) || !http::is_authority(question.authority) ||
      !http::all_are(http::kTargetChar, question.path)) {
    return std::unexpected(fmt::format(
        "\"{}\" is no request; write a method and a URL: 'GET http://a.example/path'", request));
  }
  if (const auto with_port = parse_host_port(question.authority)) question.port = with_port->port;
  for (const std::string& header : headers) {
    const std::size_t colon = std::min(header.find(':'), header.size());
    const std::string name = header.substr(0, colon);
    const std::string value(
        http::trimmed(std::string_view(header).substr(std::min(colon + 1, header.size()))));
    if (colon == header.size() || !http::is_token(name) || !http::is_field_value(value)) {
      return std::unexpected(
          fmt::format("\"{}\" is no header; write 'name: value', such as 'X-Beta: 1'", header));
    }
    if (http::field_id(name) == http::FieldId::host) question.authority = value;
    question.fields.emplace_back(name, value);
  }
  return question;
}

}  // namespace weir::config
