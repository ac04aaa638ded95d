#pragma once
// Oracle: one rule that every run must keep, whatever faults it has. It is fed with facts, and
// either holds, or keeps the first violation: when, and the story for a person.
//
//   class NoFlood : public Oracle {
//     void arrived(TimePoint now, std::size_t bytes) { if (...) fail(now, "story"); }
//
// Oracles know facts, never faults; where a fault excuses something, the facts say so (Lane).

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace weir::sim::check {

struct Violation {
  TimePoint at;
  std::string story;
};

class Oracle {
 public:
  virtual ~Oracle() = default;

  const std::string& name() const noexcept { return name_; }
  bool holds() const noexcept { return violations_ == 0; }
  std::uint64_t violations() const noexcept { return violations_; }
  const Violation& first() const noexcept { return first_; }  // there is one

  // What it has seen, while it holds: "1,204 exchanges, each with one outcome".
  virtual std::string summary() const = 0;

  // "holds: <summary>", or "VIOLATED at 1.250000 s: <story> (and 12 more)".
  std::string report() const;

 protected:
  explicit Oracle(std::string name) : name_(std::move(name)) {}
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  void fail(TimePoint at, std::string story);

 private:
  std::string name_;
  std::uint64_t violations_ = 0;
  Violation first_;
};

std::string text_of(TimePoint at);               // "1.250000 s", since the beginning
std::string text_of(Duration time);              // "1.5 ms": the largest unit that it fills, exact
std::string text_of_count(std::uint64_t count);  // "1,204"

}  // namespace weir::sim::check
