#include "proxy/route_table.hpp"

#include <algorithm>

#include <catch2/catch.hpp>
#include <rapidcheck/catch.h>

using namespace weir;
using namespace weir::proxy;
using Path = RouteMatch::Path;

namespace {

struct Asked {
  std::string authority = "a.example";
  std::string path = "/";
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> fields = {};
};

std::vector<http::Field> fields_of(const Asked& asked) {
  std::vector<http::Field> fields;
  for (const auto& [name, value] : asked.fields) fields.push_back({name, value});
  return fields;
}

// The name of the route that is met, or "none".
std::string met(const std::vector<Route>& routes, const Asked& asked) {
  const RouteTable table(routes);
  const std::vector<http::Field> fields = fields_of(asked);
  const Route* route = table.match({asked.authority, asked.path, asked.method, fields});
  return route != nullptr ? route->name : "none";
}

bool matches(const RouteMatch& match, const Asked& asked) {
  return met({{"it", match}}, asked) == "it";
}

RouteMatch prefix(const std::string& path) { return {.path_kind = Path::prefix, .path = path}; }
RouteMatch exact(const std::string& path) { return {.path_kind = Path::exact, .path = path}; }

}  // namespace

TEST_CASE("a route without conditions matches everything") {
  CHECK(matches({}, {}));
  CHECK(matches({}, {.authority = "", .path = "*", .method = "OPTIONS"}));
  CHECK(met({}, {}) == "none");
}

TEST_CASE("a host matches whatever its case, port or last dot") {
  const RouteMatch match{.hosts = {"a.Example"}};
  for (const char* host :
       {"a.example", "A.EXAMPLE", "a.example:8080", "a.example.", "a.example.:1"}) {
    INFO(host);
    CHECK(matches(match, {.authority = host}));
  }
  for (const char* host : {"", "b.example", "a.example.org", "xa.example", "a.exampl", "."}) {
    INFO(host);
    CHECK_FALSE(matches(match, {.authority = host}));
  }
  CHECK(matches({.hosts = {"[::1]"}}, {.authority = "[::1]:80"}));
}

TEST_CASE("a wildcard stands for one label or more") {
  const RouteMatch match{.hosts = {"*.example.org"}};
  CHECK(matches(match, {.authority = "a.example.org"}));
  CHECK(matches(match, {.authority = "a.b.Example.org:80"}));
  CHECK_FALSE(matches(match, {.authority = "example.org"}));
  CHECK_FALSE(matches(match, {.authority = ".example.org"}));
  CHECK_FALSE(matches(match, {.authority = "aexample.org"}));
}

TEST_CASE("a prefix ends where a segment ends") {
  CHECK(matches(prefix("/api"), {.path = "/api"}));
  CHECK(matches(prefix("/api"), {.path = "/api/x"}));
  CHECK(matches(prefix("/api"), {.path = "/api?x"}));
  CHECK_FALSE(matches(prefix("/api"), {.path = "/apix"}));
  CHECK_FALSE(matches(prefix("/api"), {.path = "/ap"}));
  CHECK_FALSE(matches(prefix("/api"), {.path = "/x?/api"}));
  CHECK(matches(prefix("/api/"), {.path = "/api/x"}));
  CHECK_FALSE(matches(prefix("/api/"), {.path = "/api"}));
  CHECK(matches(prefix("/"), {.path = "/api"}));
  CHECK_FALSE(matches(prefix("/"), {.path = "*"}));
}

TEST_CASE("an exact path matches itself, with any query") {
  CHECK(matches(exact("/api"), {.path = "/api"}));
  CHECK(matches(exact("/api"), {.path = "/api?x=/y"}));
  CHECK_FALSE(matches(exact("/api"), {.path = "/api/"}));
  CHECK_FALSE(matches(exact("/api"), {.path = "/Api"}));
  CHECK_FALSE(matches(exact("/api"), {.path = "/%61pi"}));
}

TEST_CASE("methods are compared as they are") {
  const RouteMatch match{.methods = {"GET", "POST"}};
  CHECK(matches(match, {.method = "POST"}));
  CHECK_FALSE(matches(match, {.method = "HEAD"}));
  CHECK_FALSE(matches(match, {.method = "get"}));
}

TEST_CASE("a field is there, or has a value") {
  const RouteMatch there{.headers = {{"X-Beta"}}};
  CHECK(matches(there, {.fields = {{"x-beta", ""}}}));
  CHECK_FALSE(matches(there, {.fields = {{"x-bet", "1"}}}));
  const RouteMatch equal{.headers = {{"x-beta", "1"}, {"x-other"}}};
  CHECK(matches(equal, {.fields = {{"X-Beta", "0"}, {"X-BETA", "1"}, {"x-other", "y"}}}));
  CHECK_FALSE(matches(equal, {.fields = {{"X-Beta", "1"}}}));
  CHECK_FALSE(matches(equal, {.fields = {{"X-Beta", "10"}, {"x-other", "y"}}}));
}

TEST_CASE("the host decides before the path, the path before conditions, these before the place") {
  const Asked asked{.path = "/api/x", .fields = {{"x", "1"}}};
  const Route any{"any", {}};
  const Route any_exact{"any exact", exact("/api/x")};
  const Route wild{"wild", {.hosts = {"*.example"}}};
  const Route host{"host", {.hosts = {"a.example"}}};
  const Route host_method{"host method", {.hosts = {"a.example"}, .methods = {"GET", "PUT"}}};
  const Route host_field{"host field", {.hosts = {"a.example"}, .headers = {{"x"}}}};
  const Route host_both{"host both",
                        {.hosts = {"a.example"}, .methods = {"GET"}, .headers = {{"x"}}}};
  const Route host_path{"host path",
                        {.hosts = {"a.example"}, .path_kind = Path::prefix, .path = "/api"}};
  CHECK(met({any, any_exact}, asked) == "any exact");
  CHECK(met({any_exact, wild}, asked) == "wild");
  CHECK(met({any_exact, wild, host}, asked) == "host");
  CHECK(met({host, host_method}, asked) == "host method");
  CHECK(met({host_field, host_method}, asked) == "host field");
  CHECK(met({host_method, host_field}, asked) == "host method");
  CHECK(met({host_method, host_both}, asked) == "host both");
  CHECK(met({host_both, host_path}, asked) == "host path");
}

TEST_CASE("the longest wildcard and the longest prefix win") {
  const std::vector<Route> hosts = {{"short", {.hosts = {"*.example"}}},
                                    {"long", {.hosts = {"*.b.example"}}}};
  CHECK(met(hosts, {.authority = "a.b.example"}) == "long");
  CHECK(met(hosts, {.authority = "a.c.example"}) == "short");
  const std::vector<Route> paths = {{"short", prefix("/a")}, {"long", prefix("/a/b")}};
  CHECK(met(paths, {.path = "/a/b/c"}) == "long");
  CHECK(met(paths, {.path = "/a/bc"}) == "short");
}

TEST_CASE("where the most specific host has no route that matches, a less specific one is asked") {
  const std::vector<Route> routes = {
      {"host", {.hosts = {"a.example"}, .path_kind = Path::exact, .path = "/x"}}, {"any", {}}};
  CHECK(met(routes, {.path = "/x"}) == "host");
  CHECK(met(routes, {.path = "/y"}) == "any");
}

TEST_CASE("the first condition that fails is named") {
  const RouteMatch match{.hosts = {"a.example"},
                         .path_kind = Path::exact,
                         .path = "/x",
                         .methods = {"GET"},
                         .headers = {{"x"}}};
  const auto first = [&match](const Asked& asked) {
    const std::vector<http::Field> fields = fields_of(asked);
    return mismatch(match, {asked.authority, asked.path, asked.method, fields});
  };
  CHECK(first({.authority = "b.example"}) == Mismatch::host);
  CHECK(first({.path = "/y"}) == Mismatch::path);
  CHECK(first({.path = "/x", .method = "PUT"}) == Mismatch::method);
  CHECK(first({.path = "/x"}) == Mismatch::header);
  CHECK(first({.path = "/x", .fields = {{"x", ""}}}) == Mismatch::none);
}

TEST_CASE("a route covers another one that says the same or more") {
  const RouteMatch get{.methods = {"GET"}};
  const RouteMatch get_or_put{.methods = {"GET", "PUT"}};
  CHECK(covers({}, {}, ""));
  CHECK(covers(get_or_put, get, ""));
  CHECK_FALSE(covers(get, get_or_put, ""));
  CHECK_FALSE(covers({}, get, ""));  // that is more specific
  CHECK_FALSE(covers(get, {}, ""));
  CHECK(covers({.headers = {{"X"}}}, {.headers = {{"x", "1"}}}, ""));
  CHECK_FALSE(covers({.headers = {{"x", "1"}}}, {.headers = {{"x"}}}, ""));
  CHECK_FALSE(covers(prefix("/"), exact("/"), ""));
  CHECK(covers({.hosts = {"a", "b"}}, {.hosts = {"b", "c"}}, "b"));
  CHECK_FALSE(covers({.hosts = {"a", "b"}}, {.hosts = {"b", "c"}}, "c"));
}

namespace {

// A small world, so that random routes and requests do meet.
rc::Gen<std::string> any_host() {
  return rc::gen::element<std::string>("a.example", "b.a.example", "example", "c.b.a.example");
}

rc::Gen<RouteMatch> any_match() {
  return rc::gen::exec([] {
    RouteMatch match;
    const auto pattern = rc::gen::element<std::string>("a.example", "b.a.example", "*.example",
                                                       "*.a.example", "*.b.a.example");
    match.hosts = *rc::gen::resize(3, rc::gen::container<std::vector<std::string>>(pattern));
    match.path_kind = *rc::gen::element(Path::any, Path::prefix, Path::exact);
    if (match.path_kind != Path::any) {
      match.path = *rc::gen::element<std::string>("/", "/x", "/x/", "/x/y", "/xy");
    }
    match.methods = *rc::gen::resize(2, rc::gen::container<std::vector<std::string>>(
                                            rc::gen::element<std::string>("GET", "PUT")));
    const std::size_t conditions = *rc::gen::inRange<std::size_t>(0, 3);
    for (std::size_t i = 0; i < conditions; ++i) {
      FieldCondition condition{*rc::gen::element<std::string>("p", "Q")};
      if (*rc::gen::arbitrary<bool>()) condition.equals = *rc::gen::element<std::string>("1", "2");
      match.headers.push_back(condition);
    }
    return match;
  });
}

rc::Gen<Asked> any_request() {
  return rc::gen::exec([] {
    Asked asked;
    asked.authority = *any_host() + *rc::gen::element<std::string>("", ":80");
    asked.path = *rc::gen::element<std::string>("/", "/x", "/x/", "/x/y", "/xy", "/x?q", "*");
    asked.method = *rc::gen::element<std::string>("GET", "PUT", "HEAD");
    const std::size_t fields = *rc::gen::inRange<std::size_t>(0, 3);
    for (std::size_t i = 0; i < fields; ++i) {
      const auto name = *rc::gen::element<std::string>("P", "q");
      asked.fields.emplace_back(name, *rc::gen::element<std::string>("1", "2"));
    }
    return asked;
  });
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

// The documented rules, read aloud: for each route its rank as a list of numbers, for the request
// only; the greatest wins, and of equals the first.
std::string met_by_the_book(const std::vector<Route>& routes, const Asked& asked) {
  const std::string host = asked.authority.substr(0, asked.authority.find(':'));
  const std::string path = asked.path.substr(0, asked.path.find('?'));
  std::string best = "none";
  std::vector<int> best_rank;
  for (const Route& route : routes) {
    const RouteMatch& match = route.match;
    int host_rank = match.hosts.empty() ? 0 : -1;
    for (const std::string& pattern : match.hosts) {
      if (pattern == host) host_rank = 1000;
      const std::string tail = pattern.substr(1);
      if (pattern[0] == '*' && host.size() > tail.size() && host.ends_with(tail)) {
        host_rank = std::max(host_rank, static_cast<int>(tail.size()));
      }
    }
    int path_rank = match.path_kind == Path::any ? 0 : -1;
    if (match.path_kind == Path::exact && path == match.path) path_rank = 1000;
    const std::string whole =
        match.path.ends_with('/') ? match.path : match.path + "/";  // of segments
    if (match.path_kind == Path::prefix && (path == match.path || path.starts_with(whole))) {
      path_rank = static_cast<int>(match.path.size());
    }
    const bool method_fits =
        match.methods.empty() || std::ranges::count(match.methods, asked.method) > 0;
    bool fields_fit = true;
    for (const FieldCondition& condition : match.headers) {
      bool met_one = false;
      for (const auto& [name, value] : asked.fields) {
        met_one = met_one || (lower(name) == lower(condition.name) &&
                              value == condition.equals.value_or(value));
      }
      fields_fit = fields_fit && met_one;
    }
    if (host_rank < 0 || path_rank < 0 || !method_fits || !fields_fit) continue;
    const int conditions = static_cast<int>(match.headers.size()) + !match.methods.empty();
    const std::vector<int> rank = {host_rank, path_rank, conditions};
    if (best == "none" || rank > best_rank) best = route.name, best_rank = rank;
  }
  return best;
}

std::vector<Route> named(const std::vector<RouteMatch>& matches) {
  std::vector<Route> routes;
  for (const RouteMatch& match : matches) routes.push_back({std::to_string(routes.size()), match});
  return routes;
}

}  // namespace

TEST_CASE("the table agrees with the rules as they are written") {
  rc::check([] {
    const auto routes = named(*rc::gen::container<std::vector<RouteMatch>>(any_match()));
    const Asked asked = *any_request();
    RC_ASSERT(met(routes, asked) == met_by_the_book(routes, asked));
  });
}

TEST_CASE("rank and mismatch tell what the table does") {
  rc::check([] {
    const auto routes = named(*rc::gen::container<std::vector<RouteMatch>>(any_match()));
    const Asked asked = *any_request();
    const std::vector<http::Field> fields = fields_of(asked);
    const RouteRequest request{asked.authority, asked.path, asked.method, fields};
    std::string best = "none";
    RouteRank best_rank;
    for (const Route& route : routes) {
      if (mismatch(route.match, request) != Mismatch::none) continue;
      const RouteRank its = rank(route.match, request);
      if (best == "none" || its > best_rank) best = route.name, best_rank = its;
    }
    RC_ASSERT(met(routes, asked) == best);
  });
}

TEST_CASE("a route that is covered on all its hosts is never met") {
  rc::check([] {
    const RouteMatch wide = *any_match();
    RouteMatch narrow = *any_match();
    if (*rc::gen::arbitrary<bool>()) narrow.path_kind = wide.path_kind, narrow.path = wide.path;
    const std::vector<std::string> hosts =
        narrow.hosts.empty() ? std::vector<std::string>{""} : narrow.hosts;
    const bool covered = std::ranges::all_of(
        hosts, [&](const std::string& host) { return covers(wide, narrow, host); });
    const std::string name = met({{"wide", wide}, {"narrow", narrow}}, *any_request());
    RC_ASSERT(!covered || name != "narrow");
  });
}
