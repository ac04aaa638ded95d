#include "lb/cluster.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "lb/siphash.hpp"

namespace weir::lb {
namespace {

// Names are the operator's own, so this key is no secret: proxies of one list must agree.
constexpr SipKey kNameKey{.low = 0x7765697220726F63ULL, .high = 0x6B732073746F6E65ULL};

}  // namespace

std::optional<std::uint32_t> Cluster::pick(const PickInput& input) noexcept {
  if (eligible() == 0) return std::nullopt;
  const Candidates candidates(view_, input);
  if (const auto picked = picker_->pick(candidates)) return picked;
  if (const auto drawn = candidates.draw()) return drawn;
  PickInput again = input;
  again.tried = {};
  return Candidates(view_, again).draw();
}

InFlight Cluster::begin(std::uint32_t index) noexcept {
  ASSERT(index < backends_.size(), "a request begins on a backend of the cluster");
  backends_[index].in_flight.fetch_add(1, std::memory_order_relaxed);
  backends_[index].begun.fetch_add(1, std::memory_order_relaxed);
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  return InFlight(*this, index);
}

void Cluster::end(std::uint32_t index, const Outcome* outcome) noexcept {
  BackendState& backend = backends_[index];
  const std::uint32_t before = backend.in_flight.fetch_sub(1, std::memory_order_relaxed);
  ASSERT(before > 0, "a request that ends has begun");
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  if (outcome != nullptr) observe(index, *outcome);
}

void Cluster::observe(std::uint32_t index, const Outcome& outcome) noexcept {
  BackendState& backend = backends_[index];
  // To fail fast is no merit: it would draw all requests to the backend that answers none.
  const Duration latency =
      outcome.failed ? std::max(outcome.latency, options_.failure_latency) : outcome.latency;
  backend.latency.observe(outcome.now, latency, view_.decay);
  if (outcome.failed) backend.failed.fetch_add(1, std::memory_order_relaxed);
}

void Cluster::set_health(std::uint32_t index, bool healthy, TimePoint now) {
  Member to = members_[index];
  to.healthy = healthy;
  change(index, to, now);
}

void Cluster::set_draining(std::uint32_t index, bool draining, TimePoint now) {
  Member to = members_[index];
  to.draining = draining;
  change(index, to, now);
}

void Cluster::set_weight(std::uint32_t index, std::uint32_t weight, TimePoint now) {
  ASSERT(weight <= kWeightMax, "a weight is within its range");
  Member to = members_[index];
  to.spec.weight = weight;
  change(index, to, now);
  publish_shares();
  publish_eligible();
}

void Cluster::change(std::uint32_t index, const Member& to, TimePoint now) {
  const bool was_available = members_[index].available();
  members_[index] = to;
  if (to.available() && !was_available && options_.slow_start > Duration(0)) {
    backends_[index].warms_since.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  } else if (!to.available()) {
    backends_[index].warms_since.store(BackendState::kWarm, std::memory_order_relaxed);
  }
  publish_eligible();
}

void Cluster::publish_shares() {
  const bool weighted = facts(options_.policy).weighted;
  std::vector<Share> shares;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const BackendSpec& spec = members_[i].spec;
    const std::uint32_t weight = weighted ? spec.weight : std::min(spec.weight, 1U);
    shares.push_back({.key = siphash(kNameKey, as_bytes(spec.name)), .weight = weight});
    backends_[i].weight.store(weight, std::memory_order_relaxed);
  }
  picker_->set_shares(shares);
}

void Cluster::publish_eligible() {
  const auto in_service =
      static_cast<std::uint64_t>(std::ranges::count_if(members_, &Member::in_service));
  const auto available =
      static_cast<std::uint64_t>(std::ranges::count_if(members_, &Member::available));
  const Ratio panic = options_.panic_below;
  const bool panics = available * panic.of < in_service * panic.of_these;
  std::uint64_t weight = 0;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const bool eligible = panics ? members_[i].in_service() : members_[i].available();
    if (eligible) weight += backends_[i].weight.load(std::memory_order_relaxed);
    backends_[i].eligible.store(eligible, std::memory_order_relaxed);
  }
  eligible_weight_.store(weight, std::memory_order_relaxed);
  eligible_.store(static_cast<std::uint32_t>(panics ? in_service : available),
                  std::memory_order_relaxed);
  panics_.store(panics, std::memory_order_relaxed);
}

Duration Cluster::latency(std::uint32_t index, TimePoint now) const noexcept {
  return backends_[index].latency.at(now, view_.decay);
}

Cluster::Cluster(const ClusterOptions& options, std::vector<BackendSpec> backends)
    : options_(options),
      backends_(backends.size()),
      view_{.backends = backends_,
            .slow_start = options.slow_start,
            .decay = Decay(options.latency_memory),
            .load_bound = options.load_bound,
            .eligible = eligible_,
            .eligible_weight = eligible_weight_,
            .in_flight = in_flight_},
      picker_(facts(options.policy)
                  .make({.backends = static_cast<std::uint32_t>(backends.size()),
                         .weighted = facts(options.policy).weighted,
                         .maglev_size = options.maglev_size})) {
  ASSERT(!backends.empty() && backends.size() <= kBackendsMax, "a cluster has backends");
  const std::optional<Ratio> bound = options.load_bound;
  ASSERT(!bound || bound->of_these >= bound->of, "a load bound leaves room for everything");
  for (BackendSpec& spec : backends) {
    ASSERT(spec.weight <= kWeightMax, "a weight is within its range");
    members_.push_back({.spec = std::move(spec)});
  }
  publish_shares();
  publish_eligible();
}

void InFlight::observe(const Outcome& so_far) noexcept {
  ASSERT(cluster_ != nullptr, "a request that is observed goes on");
  cluster_->observe(index_, so_far);
}

void InFlight::end(const Outcome& outcome) noexcept {
  ASSERT(cluster_ != nullptr, "a request ends once");
  std::exchange(cluster_, nullptr)->end(index_, &outcome);
}

void InFlight::release() noexcept {
  if (cluster_ != nullptr) std::exchange(cluster_, nullptr)->end(index_, nullptr);
}

InFlight::InFlight(InFlight&& other) noexcept
    : cluster_(std::exchange(other.cluster_, nullptr)), index_(other.index_) {}

InFlight& InFlight::operator=(InFlight&& other) noexcept {
  if (this == &other) return *this;
  release();
  cluster_ = std::exchange(other.cluster_, nullptr);
  index_ = other.index_;
  return *this;
}

}  // namespace weir::lb
