#include "proxy/route_table.hpp"

#include <algorithm>
#include <functional>
#include <map>

#include "http/chars.hpp"

namespace weir::proxy {
namespace {

using Path = RouteMatch::Path;

bool is_wildcard(std::string_view pattern) noexcept { return pattern.starts_with('*'); }

// `lower` is in lower case already.
bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(),
                    [](char a, char b) { return http::lower(a) == b; });
}

bool host_matches(std::string_view pattern, std::string_view host) noexcept {
  if (pattern.empty()) return true;
  if (!is_wildcard(pattern)) return equals_lower(host, pattern);
  pattern.remove_prefix(1);
  return host.size() > pattern.size() &&
         equals_lower(host.substr(host.size() - pattern.size()), pattern);
}

std::size_t rank_of_host(std::string_view pattern) noexcept {
  if (pattern.empty()) return 0;
  return is_wildcard(pattern) ? pattern.size() : RouteRank::kExact;
}

bool path_matches(const RouteMatch& match, std::string_view path) noexcept {
  if (match.path_kind == Path::any) return true;
  if (match.path_kind == Path::exact) return path == match.path;
  if (!path.starts_with(match.path)) return false;
  return path.size() == match.path.size() || match.path.ends_with('/') ||
         path[match.path.size()] == '/';
}

std::size_t rank_of_path(const RouteMatch& match) noexcept {
  if (match.path_kind == Path::exact) return RouteRank::kExact;
  return match.path.size();
}

bool method_matches(const RouteMatch& match, std::string_view method) noexcept {
  return match.methods.empty() || std::ranges::find(match.methods, method) != match.methods.end();
}

bool meets(const FieldCondition& condition, std::span<const http::Field> fields) noexcept {
  return std::ranges::any_of(fields, [&condition](const http::Field& field) {
    return field.name.size() == condition.name.size() &&
           http::equal_ignoring_case(field.name, condition.name) &&
           (!condition.equals || field.value == *condition.equals);
  });
}

bool fields_match(const RouteMatch& match, std::span<const http::Field> fields) noexcept {
  for (const FieldCondition& condition : match.headers) {
    if (!meets(condition, fields)) return false;
  }
  return true;
}

std::string_view without_query(std::string_view path) noexcept {
  return path.substr(0, path.find('?'));
}

std::size_t conditions_of(const RouteMatch& match) noexcept {
  return match.headers.size() + (match.methods.empty() ? 0 : 1);
}

// Whatever meets `strong` meets `weak`.
bool implies(const FieldCondition& strong, const FieldCondition& weak) noexcept {
  return http::equal_ignoring_case(strong.name, weak.name) &&
         (!weak.equals || strong.equals == weak.equals);
}

}  // namespace

RouteTable::RouteTable(std::vector<Route> routes) : routes_(std::move(routes)) {
  std::map<std::pair<std::size_t, std::string>, std::vector<std::uint32_t>, std::greater<>> by_host;
  for (std::uint32_t i = 0; i < routes_.size(); ++i) {
    std::vector<std::string>& hosts = routes_[i].match.hosts;
    for (std::string& host : hosts) std::ranges::transform(host, host.begin(), http::lower);
    if (hosts.empty()) by_host[{0, ""}].push_back(i);
    for (const std::string& host : hosts) by_host[{rank_of_host(host), host}].push_back(i);
  }
  for (auto& [host, members] : by_host) {
    std::ranges::stable_sort(members, std::greater<>(), [this](std::uint32_t i) {
      return std::pair(rank_of_path(routes_[i].match), conditions_of(routes_[i].match));
    });
    groups_.push_back({host.second, order_.size(), order_.size() + members.size()});
    order_.insert(order_.end(), members.begin(), members.end());
  }
}

const Route* RouteTable::match(const RouteRequest& request) const noexcept {
  const std::string_view host = host_of(request.authority);
  const std::string_view path = without_query(request.path);
  for (const Group& group : groups_) {
    if (!host_matches(group.host, host)) continue;
    for (std::size_t i = group.begin; i < group.end; ++i) {
      const Route& route = routes_[order_[i]];
      if (path_matches(route.match, path) && method_matches(route.match, request.method) &&
          fields_match(route.match, request.fields)) {
        return &route;
      }
    }
  }
  return nullptr;
}

Mismatch mismatch(const RouteMatch& match, const RouteRequest& request) noexcept {
  const std::string_view host = host_of(request.authority);
  const bool host_fits =
      match.hosts.empty() || std::ranges::any_of(match.hosts, [host](const std::string& pattern) {
        return host_matches(pattern, host);
      });
  if (!host_fits) return Mismatch::host;
  if (!path_matches(match, without_query(request.path))) return Mismatch::path;
  if (!method_matches(match, request.method)) return Mismatch::method;
  return fields_match(match, request.fields) ? Mismatch::none : Mismatch::header;
}

RouteRank rank(const RouteMatch& match, const RouteRequest& request) noexcept {
  RouteRank rank{0, rank_of_path(match), conditions_of(match)};
  const std::string_view host = host_of(request.authority);
  for (const std::string& pattern : match.hosts) {
    if (host_matches(pattern, host)) rank.host = std::max(rank.host, rank_of_host(pattern));
  }
  return rank;
}

bool covers(const RouteMatch& wide, const RouteMatch& narrow, const std::string& host) {
  const bool has_host =
      wide.hosts.empty() ? host.empty() : std::ranges::find(wide.hosts, host) != wide.hosts.end();
  if (!has_host || wide.path_kind != narrow.path_kind || wide.path != narrow.path) return false;
  if (conditions_of(wide) < conditions_of(narrow)) return false;
  if (!wide.methods.empty() && narrow.methods.empty()) return false;
  return std::ranges::all_of(
             narrow.methods,
             [&wide](const auto& method) { return method_matches(wide, method); }) &&
         std::ranges::all_of(wide.headers, [&narrow](const FieldCondition& weak) {
           return std::ranges::any_of(narrow.headers, [&weak](const FieldCondition& strong) {
             return implies(strong, weak);
           });
         });
}

std::string_view host_of(std::string_view authority) noexcept {
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  std::string_view host = authority.substr(0, authority.find(':'));
  if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace weir::proxy
