// Ring hash: every backend has points on a circle, as many as it has weight; a key belongs to the
// first point clockwise from its hash. A backend's points depend on its name and weight only, so
// that one that is added takes keys from others and moves no other key, and one that is removed
// gives away its own only.
//
// Sources: Karger et al., "Consistent hashing and random trees", 1997; the number of points is
// libketama's (2007).

#include <algorithm>
#include <vector>

#include "lb/candidates.hpp"
#include "lb/picker.hpp"
#include "lb/policy.hpp"

namespace weir::lb {
namespace {

constexpr std::uint64_t kPointsOfWeightOne = 160;
// The ring's size for each backend. Beyond it all have half as many points, a quarter, ...
constexpr std::uint64_t kPointsPerBackendMax = 640;
constexpr std::uint64_t kOwnerBits = 16;
// A pick looks at so many points before it leaves the choice to Candidates::draw.
constexpr int kPointsTriedMax = 1024;

// A point is a number whose upper 48 bits are its place and whose lower 16 its owner.
using Point = std::uint64_t;

std::uint64_t points_of(std::uint32_t weight, int halvings) {
  if (weight == 0) return 0;
  return std::max<std::uint64_t>(weight * kPointsOfWeightOne >> halvings, 1);
}

std::vector<Point> make_ring(std::span<const Share> shares) {
  const auto size = [&](int halvings) {
    std::uint64_t points = 0;
    for (const Share& share : shares) points += points_of(share.weight, halvings);
    return points;
  };
  int halvings = 0;
  while (size(halvings) > shares.size() * kPointsPerBackendMax) ++halvings;
  std::vector<Point> ring;
  for (std::size_t owner = 0; owner < shares.size(); ++owner) {
    const std::uint64_t count = points_of(shares[owner].weight, halvings);
    for (std::uint64_t i = 0; i < count; ++i) {
      ring.push_back(mix(shares[owner].key, i) >> kOwnerBits << kOwnerBits | owner);
    }
  }
  std::ranges::sort(ring);
  return ring;
}

class RingHash final : public Picker {
 public:
  explicit RingHash(const PickerOptions& options)
      : ring_(std::make_unique<std::atomic<Point>[]>(options.backends * kPointsPerBackendMax)) {}

  std::optional<std::uint32_t> pick(const Candidates& candidates) override {
    const std::size_t size = size_.load(std::memory_order_relaxed);
    std::size_t at = first_from(candidates.input().hash, size);
    for (int i = 0; i < kPointsTriedMax && size > 0; ++i, ++at) {
      if (at >= size) at = 0;
      const auto owner = static_cast<std::uint16_t>(ring_[at].load(std::memory_order_relaxed));
      if (candidates.takes_key(owner)) return owner;
    }
    return std::nullopt;
  }

  void set_shares(std::span<const Share> shares) override {
    const std::vector<Point> ring = make_ring(shares);
    for (std::size_t i = 0; i < ring.size(); ++i) {
      ring_[i].store(ring[i], std::memory_order_relaxed);
    }
    size_.store(ring.size(), std::memory_order_relaxed);
  }

 private:
  // std::lower_bound by hand: it must end within the ring even while the ring is being changed.
  std::size_t first_from(std::uint64_t hash, std::size_t size) const {
    std::size_t low = 0;
    std::size_t high = size;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (ring_[middle].load(std::memory_order_relaxed) < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  std::unique_ptr<std::atomic<Point>[]> ring_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace

std::unique_ptr<Picker> make_ring_hash(const PickerOptions& options) {
  return std::make_unique<RingHash>(options);
}

}  // namespace weir::lb
