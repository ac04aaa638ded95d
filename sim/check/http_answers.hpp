#pragma once
// HttpAnswers: every request ends exactly once: with its own answer, whole and right to the last
// byte, or with a failure that its client can see. Answers that crossed, were cut but look whole,
// are malformed, or that nobody asked for break it.
//
// Its facts: the beginning and end of each request, and what clients found wrong in answers. The
// requests of a connection begin and end in order; several may be under way (pipelining).

#include <vector>

#include "sim/check/oracle.hpp"
#include "sim/model/http_witness.hpp"

namespace weir::sim::check {

class HttpAnswers final : public Oracle {
 public:
  HttpAnswers() : Oracle("http-answers") {}

  void begun(TimePoint now, const model::HttpTag& tag);
  void ended(TimePoint now, const model::HttpTag& tag);
  void wrong(TimePoint now, const model::HttpTag& tag, const std::string& story);
  void finish(TimePoint now);

  std::string summary() const override;

 private:
  struct Counts {
    std::uint32_t begun = 0;
    std::uint32_t ended = 0;
  };
  Counts& of(std::uint64_t connection);

  std::vector<Counts> connections_;
  std::uint64_t requests_ = 0;
};

}  // namespace weir::sim::check
