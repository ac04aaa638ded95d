#pragma once
// RouteTable: which route a request meets. One for each HTTP listener, immutable, for all workers.
//
//   const RouteTable table({{.name = "api", .match = {.hosts = {"a.example"}}, .target = 0}});
//   const Route* route = table.match({head.authority, head.path, head.method_text, head.fields});
//
// A route matches if all of its conditions do. Of those that match, the most specific one wins:
//   1. by host: an exact one, then the longest wildcard, then any host;
//   2. by path: an exact one, then the longest prefix, then any path;
//   3. by how many conditions it has on method (one, however many it lists) and fields;
//   4. by its place: the first one.
//
// - match() neither allocates nor changes anything.
// - Hosts are compared ignoring case, port and a last dot; "*.a.example" matches one label or more
//   in front of ".a.example". Paths are compared byte by byte, up to the query: nothing is decoded.
// - A prefix ends where a segment ends: "/api" matches "/api" and "/api/x", but not "/apix". GET
//   is not HEAD.

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/field.hpp"

namespace weir::proxy {

inline constexpr std::size_t kRoutesMax = 1000;
inline constexpr std::size_t kRouteHostsMax = 100;      // of one route
inline constexpr std::size_t kRouteConditionsMax = 20;  // methods, or headers, of one route

// A field of this name is there; if `equals` is set, one that has exactly this value.
struct FieldCondition {
  std::string name;
  std::optional<std::string> equals = {};

  friend bool operator==(const FieldCondition&, const FieldCondition&) = default;
};

struct RouteMatch {
  enum class Path : std::uint8_t { any, prefix, exact };

  std::vector<std::string> hosts = {};  // "a.example", "*.a.example"; none: any
  Path path_kind = Path::any;
  std::string path = {};                  // begins with '/'
  std::vector<std::string> methods = {};  // none: any
  std::vector<FieldCondition> headers = {};

  friend bool operator==(const RouteMatch&, const RouteMatch&) = default;
};

struct Route {
  std::string name;
  RouteMatch match;
  std::size_t target = 0;  // what the route leads to: an index of its owner's
};

struct RouteRequest {
  std::string_view authority;  // "a.example:8080"; may be ""
  std::string_view path;       // with or without the query
  std::string_view method;
  std::span<const http::Field> fields;
};

// How specific a route is. The greatest rank wins; of equals the first in its place.
struct RouteRank {
  std::size_t host = 0;  // 0: any, else the wildcard's length, or kExact
  std::size_t path = 0;  // 0: any, else the prefix's length, or kExact
  std::size_t conditions = 0;

  static constexpr std::size_t kExact = SIZE_MAX;
  friend auto operator<=>(const RouteRank&, const RouteRank&) = default;
};

// The first condition of `match` that the request does not meet.
enum class Mismatch : std::uint8_t { none, host, path, method, header };
Mismatch mismatch(const RouteMatch& match, const RouteRequest& request) noexcept;

// With which rank a route meets a request that it matches: its most specific host that does counts.
RouteRank rank(const RouteMatch& match, const RouteRequest& request) noexcept;

// Does every request that `narrow` matches with the host `host` of its list ("": any) match `wide`
// too, and come to `wide` if that stands first? Equal ranks are what makes it so.
bool covers(const RouteMatch& wide, const RouteMatch& narrow, const std::string& host);

// Without port and last dot: "a.example", "[::1]".
std::string_view host_of(std::string_view authority) noexcept;

class RouteTable {
 public:
  explicit RouteTable(std::vector<Route> routes);

  // Null: none matches. Valid as long as the table.
  const Route* match(const RouteRequest& request) const noexcept;

  std::span<const Route> routes() const noexcept { return routes_; }  // as they were given

 private:
  // The routes with one host pattern, as indices into order_.
  struct Group {
    std::string host;  // "": any
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  std::vector<Route> routes_;
  std::vector<std::uint32_t> order_;  // of routes_, within each group the most specific first
  std::vector<Group> groups_;         // the most specific host first
};

}  // namespace weir::proxy
