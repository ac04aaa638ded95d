#include "lb/policy.hpp"

#include <algorithm>
#include <iterator>

#include "lb/picker.hpp"

namespace weir::lb {
namespace {

using P = Policy;

constexpr PolicyFacts kPolicies[] = {
    // policy, name, weighted, hashes, make
    {P::round_robin, "round_robin", false, false, make_round_robin},
    {P::weighted_round_robin, "weighted_round_robin", true, false, make_round_robin},
    {P::least_connections, "least_connections", false, false, make_least_connections},
    {P::weighted_least_connections, "weighted_least_connections", true, false,
     make_least_connections},
    {P::power_of_two, "power_of_two", true, false, make_power_of_two},
    {P::peak_ewma, "peak_ewma", true, false, make_peak_ewma},
    {P::ip_hash, "ip_hash", true, true, make_ip_hash},
    {P::ring_hash, "ring_hash", true, true, make_ring_hash},
    {P::maglev, "maglev", true, true, make_maglev},
    {P::random, "random", true, false, make_random},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kPolicies); ++i) {
    if (static_cast<std::size_t>(kPolicies[i].policy) != i) return false;
  }
  return true;
}
static_assert(in_order(), "facts() finds a policy by its number");

}  // namespace

std::span<const PolicyFacts> policies() noexcept { return kPolicies; }

const PolicyFacts& facts(Policy policy) noexcept {
  return kPolicies[static_cast<std::size_t>(policy)];
}

std::string_view to_string(Policy policy) noexcept { return facts(policy).name; }

std::optional<Policy> parse_policy(std::string_view name) noexcept {
  const auto found = std::ranges::find(kPolicies, name, &PolicyFacts::name);
  if (found == std::end(kPolicies)) return std::nullopt;
  return found->policy;
}

}  // namespace weir::lb
