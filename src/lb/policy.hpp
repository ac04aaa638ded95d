#pragma once
// Policy: the ways to choose a backend, their names, and who makes the picker of each.
//
//   std::optional<Policy> policy = parse_policy("peak_ewma");     to_string(*policy) == "peak_ewma"
//   if (facts(*policy).hashes) ...      // it needs a hash: of the client's address, a header, ...
//
// One table (policy.cpp) holds all of it. What a hashing policy hashes is not decided here.
// How to add a policy: README.md.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace weir::lb {

class Picker;
struct PickerOptions;

enum class Policy : std::uint8_t {
  round_robin,
  weighted_round_robin,
  least_connections,
  weighted_least_connections,
  power_of_two,
  peak_ewma,
  ip_hash,
  ring_hash,
  maglev,
  random,
};

using MakePicker = std::unique_ptr<Picker>(const PickerOptions&);

struct PolicyFacts {
  Policy policy;
  std::string_view name;
  bool weighted;  // heeds the backends' weights; to the others all weights are one
  bool hashes;    // chooses by PickInput::hash
  MakePicker* make;
};

std::span<const PolicyFacts> policies() noexcept;  // in the order of the enum
const PolicyFacts& facts(Policy policy) noexcept;
std::string_view to_string(Policy policy) noexcept;
std::optional<Policy> parse_policy(std::string_view name) noexcept;

// Each in the source file of its name; one serves the weighted and the unweighted form.
MakePicker make_round_robin, make_least_connections, make_power_of_two, make_peak_ewma,
    make_ip_hash, make_ring_hash, make_maglev, make_random;

}  // namespace weir::lb
