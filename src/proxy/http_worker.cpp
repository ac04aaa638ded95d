#include "proxy/http_worker.hpp"

#include <chrono>

#include "proxy/client_hash.hpp"

namespace weir::proxy {
namespace {

std::string_view cookie_of(std::string_view cookies, std::string_view name) {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view pair = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    while (pair.starts_with(' ')) pair.remove_prefix(1);
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace

std::uint64_t hash_of(const HashKey& key, const http::RequestHead& head, const Endpoint& client) {
  switch (key.kind) {
    case HashKey::Kind::client_ip: break;
    case HashKey::Kind::path: return hash_text(head.path.substr(0, head.path.find('?')));
    case HashKey::Kind::header:
      for (const http::Field& field : head.fields) {
        if (http::equal_ignoring_case(field.name, key.name)) return hash_text(field.value);
      }
      break;
    case HashKey::Kind::cookie:
      for (const http::Field& field : head.fields) {
        if (field.id != http::FieldId::cookie) continue;
        const std::string_view value = cookie_of(field.value, key.name);
        if (!value.empty()) return hash_text(value);
      }
      break;
  }
  return hash_client(client);  // also for who has no such header or cookie
}

namespace {

http::Limits without_body_limit(http::Limits limits) {
  limits.body_bytes_max = http::kBodyBytesMax;
  return limits;
}

}  // namespace

HttpWorker::HttpWorker(io::World& of, const HttpOptions& chosen, RequestObserver& told)
    : world(of),
      options(chosen),
      answer_limits(without_body_limit(chosen.limits)),
      observer(told),
      request_parser(chosen.limits),
      response_parser(chosen.limits) {
  for (const ClusterPlan& cluster : options.clusters) upstreams.emplace_back(world, cluster);
}

void HttpWorker::note_end(RequestEnd end) noexcept {
  ++counters.requests;
  if (end == RequestEnd::complete || end == RequestEnd::upgraded) {
    ++counters.complete;
  } else if (end == RequestEnd::answered_by_us) {
    ++counters.answered_by_us;
  } else {
    ++counters.failed;
  }
}

std::string_view HttpWorker::date() {
  const auto now = std::chrono::floor<std::chrono::seconds>(world.wall_clock.now());
  const std::int64_t second = now.time_since_epoch().count();
  if (second != date_second_) {
    date_second_ = second;
    date_ = http::HttpDate(second);
  }
  return date_.text();
}

}  // namespace weir::proxy
