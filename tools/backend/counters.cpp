#include "backend/counters.hpp"

#include <fmt/format.h>

namespace weir::backend {
namespace {

constexpr std::array<std::string_view, kCounts> kNames = {
    "accepted", "closed", "requests", "2xx",          "3xx",  "4xx",      "5xx",
    "refused",  "failed", "resets",   "closed-early", "hung", "bytes-in", "bytes-out"};

std::uint64_t sum(const std::vector<Counters>& workers, Count count) {
  std::uint64_t total = 0;
  for (const Counters& worker : workers) total += worker.read(count);
  return total;
}

}  // namespace

std::string to_json(std::string_view name, const std::vector<Counters>& workers) {
  const std::uint64_t closed = sum(workers, Count::closed);  // first: open is then never negative
  const std::uint64_t accepted = sum(workers, Count::accepted);
  std::string text = fmt::format("{{\"name\": \"{}\", \"workers\": {}, \"open\": {}", name,
                                 workers.size(), accepted - closed);
  for (std::size_t i = 0; i < kCounts; ++i) {
    const std::uint64_t total = sum(workers, static_cast<Count>(i));
    text += fmt::format(", \"{}\": {}", kNames[i], total);
  }
  return text + "}\n";
}

}  // namespace weir::backend
