#include "sim/check/http_requests.hpp"

#include <utility>

#include <fmt/format.h>

namespace weir::sim::check {

void HttpRequests::begun(const model::HttpTag& tag, model::HttpMethod method) {
  requests_[tag].method = method;
}

void HttpRequests::processing(TimePoint now, std::uint32_t host, const model::HttpTag& tag,
                              model::HttpMethod method) {
  ++processed_;
  const auto found = requests_.find(tag);
  if (found == requests_.end()) {
    return fail(
        now, fmt::format("host {} acts on request {}, which no client made", host, to_string(tag)));
  }
  Facts& facts = found->second;
  if (facts.method != method) {
    fail(now, fmt::format("host {} acts on {} {}, which was a {}", host, to_string(method),
                          to_string(tag), to_string(facts.method)));
  }
  if (facts.key) {
    std::uint32_t& last = hosts_.try_emplace(*facts.key, host).first->second;
    if (std::exchange(last, host) != host) ++moved_;
  }
  if (++facts.processed > 1) ++repeated_;
  const std::uint64_t allowed = is_idempotent(facts.method) ? attempts_max_ : 1;
  if (facts.processed <= allowed) return;
  fail(now, fmt::format("host {} is one of {} that act on {} {}, {} allowed", host, facts.processed,
                        to_string(facts.method), to_string(tag), allowed));
}

void HttpRequests::ended(TimePoint now, const model::HttpTag& tag, const model::HttpEnd& end) {
  if (end.outcome != model::Outcome::complete || requests_[tag].processed > 0) return;
  fail(now, fmt::format("request {} is answered {}, though no backend acted on it", to_string(tag),
                        end.status));
}

void HttpRequests::wrong(TimePoint now, std::uint32_t host, const std::string& story) {
  fail(now, fmt::format("host {} was sent what no client asked for: {}", host, story));
}

std::string HttpRequests::summary() const {
  return fmt::format("backends acted {} times on {} requests, {} times again",
                     text_of_count(processed_), text_of_count(requests_.size()),
                     text_of_count(repeated_));
}

}  // namespace weir::sim::check
