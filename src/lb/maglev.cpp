// Maglev: a table of a prime number of slots that the backends fill in turn, each with the next
// free one of its own permutation. Nearly even shares (a ring's differ by tens of percent), one
// look a pick; a backend that is added or removed moves a few percent of the others' keys.
//
// Source: Eisenbud et al., "Maglev: a fast and reliable software network load balancer", 2016,
// section 3.4; weights as turns taken less often.

#include "lb/maglev.hpp"

#include <algorithm>
#include <vector>

#include "base/assert.hpp"
#include "lb/backend.hpp"
#include "lb/candidates.hpp"
#include "lb/policy.hpp"
#include "lb/slot_table.hpp"

namespace weir::lb {
namespace {

class Filler {
 public:
  Filler(const Share& share, std::uint16_t owner, std::uint64_t size)
      : key(share.key),
        weight(share.weight),
        owner_(owner),
        at_(mix(share.key, 1) % size),
        step_(mix(share.key, 2) % (size - 1) + 1) {}

  // Takes the next free slot of its permutation.
  void take_turn(std::vector<std::uint16_t>& slots) {
    while (slots[at_] != kFree) at_ = (at_ + step_) % slots.size();
    slots[at_] = owner_;
  }

  static constexpr std::uint16_t kFree = 0xFFFF;
  static_assert(kBackendsMax <= kFree);

  std::uint64_t key;
  std::uint64_t weight;
  std::uint64_t credit = 0;

 private:
  std::uint16_t owner_;
  std::uint64_t at_;
  std::uint64_t step_;
};

std::vector<std::uint16_t> fill_table(std::span<const Share> shares, std::uint32_t size) {
  std::vector<Filler> fillers;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    if (shares[i].weight == 0) continue;
    fillers.emplace_back(shares[i], static_cast<std::uint16_t>(i), size);
  }
  if (fillers.empty()) return {0};               // nobody is eligible
  std::ranges::sort(fillers, {}, &Filler::key);  // proxies agree whatever order they were told
  const std::uint64_t heaviest = std::ranges::max(fillers, {}, &Filler::weight).weight;
  std::vector<std::uint16_t> slots(size, Filler::kFree);
  for (std::uint32_t taken = 0; taken < size;) {
    for (Filler& filler : fillers) {
      filler.credit += filler.weight;
      if (filler.credit < heaviest || taken == size) continue;
      filler.credit -= heaviest;
      filler.take_turn(slots);
      ++taken;
    }
  }
  return slots;
}

class Maglev final : public Picker {
 public:
  explicit Maglev(const PickerOptions& options)
      : size_(options.maglev_size), slots_(options.maglev_size) {
    ASSERT(is_prime(size_) && size_ > options.backends, "a Maglev table's size is a prime number");
  }

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    return first_by_hash(slots_, candidates);
  }

  void set_shares(std::span<const Share> shares) override {
    slots_.assign(fill_table(shares, size_));
  }

 private:
  std::uint32_t size_;
  SlotTable slots_;
};

}  // namespace

std::unique_ptr<Picker> make_maglev(const PickerOptions& options) {
  return std::make_unique<Maglev>(options);
}

bool is_prime(std::uint32_t number) noexcept {
  if (number < 2) return false;
  for (std::uint64_t divisor = 2; divisor * divisor <= number; ++divisor) {
    if (number % divisor == 0) return false;
  }
  return true;
}

}  // namespace weir::lb
