#include "backend/route.hpp"

#include <array>

#include <fmt/format.h>

#include "backend/text.hpp"

namespace weir::backend {
namespace {

constexpr unsigned bit(Method method) { return 1u << static_cast<unsigned>(method); }

struct Methods {
  unsigned bits;
  std::string_view allow;
};
constexpr Methods kRead = {bit(Method::get) | bit(Method::head), "GET, HEAD"};
constexpr Methods kBody = {bit(Method::post) | bit(Method::put) | bit(Method::patch),
                           "POST, PUT, PATCH"};
constexpr Methods kControl = {kRead.bits | bit(Method::post) | bit(Method::put),
                              "GET, HEAD, POST, PUT"};
// Proxies treat methods differently (RFC 9110, 9.2.2), so plain pages answer them all.
constexpr Methods kAll = {kRead.bits | kBody.bits | bit(Method::del),
                          "GET, HEAD, POST, PUT, PATCH, DELETE"};

struct Entry {
  std::string_view path;  // with a last '/': a number follows (only "/" itself has none)
  Page page;
  Methods methods;
  std::string_view usage;
  std::string_view meaning;
};
constexpr std::array kEntries = {
    Entry{"/", Page::hello, kAll, "/", "a small text with this backend's name"},
    Entry{"/bytes/", Page::bytes, kRead, "/bytes/N[?chunked=1]", "N bytes, up to 16 GiB"},
    Entry{"/slow", Page::slow, kAll, "/slow?ms=N", "as / after N milliseconds"},
    Entry{"/status/", Page::status, kAll, "/status/N", "an answer with this status, 200 to 599"},
    Entry{"/echo", Page::echo, kBody, "/echo", "the request's body, as it arrives"},
    Entry{"/healthz", Page::health, kRead, "/healthz", "200 ok, or 503 once set unhealthy"},
    Entry{"/stats", Page::stats, kRead, "/stats", "counters as JSON"},
    Entry{"/control", Page::control, kControl, "/control[?key=value&..]",
          "GET shows the settings, PUT or POST changes them"},
};

bool takes_number(const Entry& entry) { return entry.path.size() > 1 && entry.path.ends_with('/'); }

bool matches(const Entry& entry, std::string_view path) {
  return takes_number(entry) ? path.starts_with(entry.path) : path == entry.path;
}

// A target may be a whole URI (RFC 9112, 3.2.2): only what follows its authority counts here.
std::string_view without_authority(std::string_view target) {
  if (target.starts_with('/')) return target;
  const std::size_t scheme_end = target.find("://");
  if (scheme_end == std::string_view::npos) return target;
  const std::size_t path = target.find_first_of("/?", scheme_end + 3);
  return path == std::string_view::npos || target[path] == '?' ? "/" : target.substr(path);
}

void set_number(Route& route, std::string_view digits, std::uint64_t min, std::uint64_t max,
                std::string_view takes) {
  const std::optional<std::uint64_t> number = parse_count(digits, max);
  if (number && *number >= min) {
    route.number = *number;
  } else {
    route.page = Page::bad_number;
    route.takes = takes;
  }
}

void read_arguments(Route& route, std::string_view digits) {
  if (route.page == Page::bytes) {
    route.chunked = parse_switch(find_parameter(route.query, "chunked").value_or("0")) == true;
    set_number(route, digits, 0, kBytesMax, "/bytes/N, N from 0 to 17179869184");
  } else if (route.page == Page::status) {
    set_number(route, digits, 200, 599, "/status/N, N from 200 to 599");
  } else if (route.page == Page::slow) {
    const std::string_view ms = find_parameter(route.query, "ms").value_or("");
    set_number(route, ms, 0, kSlowMsMax, "/slow?ms=N, N from 0 to 3600000");
  }
}

}  // namespace

Route find_route(Method method, std::string_view target) {
  target = without_authority(target);
  const std::size_t question = target.find('?');
  const std::string_view path = target.substr(0, question);
  Route route;
  if (question != std::string_view::npos) route.query = target.substr(question + 1);
  for (const Entry& entry : kEntries) {
    if (!matches(entry, path)) continue;
    route.page = entry.page;
    if ((entry.methods.bits & bit(method)) == 0) {
      route.page = Page::method_not_allowed;
      route.allow = entry.methods.allow;
    } else {
      read_arguments(route, path.substr(entry.path.size()));
    }
    return route;
  }
  return route;
}

std::string describe_paths() {
  std::string text;
  for (const Entry& entry : kEntries) {
    text += fmt::format("  {:<26}{}\n", entry.usage, entry.meaning);
  }
  return text;
}

}  // namespace weir::backend
