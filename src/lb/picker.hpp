#pragma once
// Picker: one policy's way to choose among the backends of a cluster.
//
//   std::unique_ptr<Picker> picker = facts(policy).make(options);
//   picker->set_shares(shares);   ...   std::optional<std::uint32_t> index =
//   picker->pick(candidates);
//
// - pick() is called by all workers at once: it neither locks nor allocates, and what it asks of
//   the candidates is bounded. It may give up (nullopt); then the cluster draws by weight.
// - A picker's tables say who would get a request by weight alone; who may get one now, it asks the
//   candidates at each pick. So a backend that leaves or comes back never moves the others' places,
//   and what it would have got is spread over the others by their weights.
// - set_shares() is called by the control plane only, while picks go on. It changes tables of
//   atomics in place: every entry is a backend at all times, and a pick that overlaps the change
//   is made by the old or the new weights.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/time.hpp"

namespace weir::lb {

class Candidates;

struct PickerOptions {
  std::uint32_t backends = 0;
  bool weighted = false;
  std::uint32_t maglev_size = 0;
};

// What a backend is due: `key` stands for its name wherever names decide.
struct Share {
  std::uint64_t key = 0;
  std::uint32_t weight = 0;
};

class Picker {
 public:
  virtual ~Picker() = default;

  virtual std::optional<std::uint32_t> pick(const Candidates& candidates) = 0;
  virtual void set_shares(std::span<const Share> shares) = 0;
};

}  // namespace weir::lb
