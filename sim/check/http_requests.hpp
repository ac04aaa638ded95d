#pragma once
// HttpRequests: what backends are sent are the requests that clients made: well-formed, whole, with
// the same method; those that are not idempotent at most once over all backends, the others at most
// as often as attempts are allowed; and no client gets an answer to a request that none acted on.
//
// This is where smuggling and careless retries show. Its facts: each request with its method, each
// time that a backend began to act on one, and what backends could not accept.

#include <map>
#include <optional>

#include "sim/check/http_facts.hpp"
#include "sim/check/oracle.hpp"
#include "sim/model/http_witness.hpp"

namespace weir::sim::check {

class HttpRequests final : public Oracle {
 public:
  explicit HttpRequests(const HttpBounds& bounds)
      : Oracle("http-requests"), attempts_max_(bounds.attempts_max) {}

  void begun(const model::HttpTag& tag, model::HttpMethod method);
  void processing(TimePoint now, std::uint32_t host, const model::HttpTag& tag,
                  model::HttpMethod method);
  void ended(TimePoint now, const model::HttpTag& tag, const model::HttpEnd& end);
  void wrong(TimePoint now, std::uint32_t host, const std::string& story);

  void keyed(const model::HttpTag& tag, std::uint64_t key) { requests_[tag].key = key; }

  std::uint64_t moved() const noexcept { return moved_; }  // to another host than their key before
  std::uint64_t repeated() const noexcept { return repeated_; }  // beyond the first time each
  std::string summary() const override;

 private:
  struct Facts {
    model::HttpMethod method = model::HttpMethod::get;
    std::uint64_t processed = 0;
    std::optional<std::uint64_t> key = {};
  };

  const std::uint64_t attempts_max_;
  std::map<model::HttpTag, Facts> requests_;
  std::map<std::uint64_t, std::uint32_t> hosts_;  // by key: where it was last
  std::uint64_t processed_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t moved_ = 0;
};

}  // namespace weir::sim::check
