#include "proxy/upstream_pool.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace weir::proxy {
namespace {

// Neither an end nor bytes that nobody asked for, which would be taken for the next answer.
bool is_quiet(io::Stream& stream) {
  std::byte unasked;
  return stream.try_read(std::span(&unasked, 1)).status == io::IoStatus::would_block;
}

}  // namespace

std::optional<Lease> UpstreamPool::try_lease(std::uint32_t backend) {
  Backend& of = backends_[backend];
  while (!of.idle.empty() && of.idle.back()->watch.is_linked()) look_at(*of.idle.back());
  if (!of.idle.empty()) {
    ++counters_.leases;
    ++counters_.reused;
    Lease lease(*this, backend);
    lease.is_reused_ = true;
    lease.stream_ = remove(*of.idle.back());
    return lease;
  }
  if (is_full(of)) return std::nullopt;
  ++counters_.leases;
  return new_lease(backend);
}

std::optional<Lease> UpstreamPool::try_fresh_lease(std::uint32_t backend) {
  Backend& of = backends_[backend];
  if (is_full(of) && !of.idle.empty()) {
    ++counters_.evicted;
    close(*of.idle.front());
  }
  if (is_full(of)) return std::nullopt;
  ++counters_.leases;
  return new_lease(backend);
}

task::Task<Result<Lease>> UpstreamPool::wait_for_lease(std::uint32_t backend, TimePoint deadline,
                                                       bool fresh) {
  Backend& of = backends_[backend];
  if (of.waiting >= options_.queue_max) {
    ++counters_.refused;
    co_return std::unexpected(Error{ErrorCode::refused, Side::internal, true});
  }
  Waiter waiter(run_queue_, fresh);
  struct Place {  // in the queue, also when the wait is cancelled
    explicit Place(std::size_t& count) : waiting(count) { ++waiting; }
    ~Place() { --waiting; }
    std::size_t& waiting;
  };
  const Place place(of.waiting);
  of.queue.push_back(waiter);
  while (!waiter.lease) {
    const task::Wakeup wakeup = co_await waiter.granted.wait_until(timers_, deadline);
    if (wakeup == task::Wakeup::timed_out && !waiter.lease) {
      co_return std::unexpected(Error{ErrorCode::timed_out, Side::internal, true});
    }
  }
  ++counters_.leases;
  ++counters_.waited;
  if (waiter.lease->is_connected()) ++counters_.reused;
  co_return std::move(*waiter.lease);
}

void UpstreamPool::give_back(Lease lease) {
  ASSERT(lease.is_connected(), "only a connection is given back");
  Backend& of = backends_[lease.backend_];
  if (!of.queue.empty()) {
    if (!is_quiet(lease.stream())) {
      ++counters_.dropped;
      return;  // who waits may open another
    }
    if (of.queue.front().fresh) {
      ++counters_.evicted;
      return;  // likewise
    }
    lease.is_reused_ = true;
    return grant(of.queue.front(), std::move(lease));
  }
  if (options_.idle_max == 0) return;
  if (idle_count_ >= options_.idle_max) {
    ++counters_.evicted;
    close(by_age_.front());
  }
  ++of.open;  // what the lease counts until it is gone
  of.idle.push_back(
      std::make_unique<Idle>(*this, lease.backend_, std::move(lease.stream_), timers_.now()));
  by_age_.push_back(*of.idle.back());
  ++idle_count_;
  if (!is_set()) set_timer();
}

void UpstreamPool::close_idle() {
  while (!by_age_.empty()) close(by_age_.front());
}

Lease UpstreamPool::new_lease(std::uint32_t backend) {
  ++backends_[backend].open;
  return Lease(*this, backend);
}

void UpstreamPool::grant(Waiter& waiter, Lease lease) {
  waiter.unlink();
  waiter.lease.emplace(std::move(lease));
  waiter.granted.signal();
}

// A connection is gone: whoever waits may open another.
void UpstreamPool::one_less(std::uint32_t backend) noexcept {
  Backend& of = backends_[backend];
  ASSERT(of.open > 0, "a connection that goes was counted");
  --of.open;
  if (!of.queue.empty() && !is_full(of)) grant(of.queue.front(), new_lease(backend));
}

// Takes it out of the pool; it still counts as open.
std::unique_ptr<io::Stream> UpstreamPool::remove(Idle& idle) {
  std::unique_ptr<io::Stream> stream = std::move(idle.stream);
  stream->readable().detach(idle.watch);
  auto& stack = backends_[idle.backend].idle;
  const auto is_it = [&](const std::unique_ptr<Idle>& entry) { return entry.get() == &idle; };
  stack.erase(std::ranges::find_if(stack, is_it));
  --idle_count_;
  return stream;
}

void UpstreamPool::close(Idle& idle) {
  const std::uint32_t backend = idle.backend;
  remove(idle);
  one_less(backend);
}

// Something woke it. Most often it is the end; it may be nothing (a spurious wake-up).
void UpstreamPool::look_at(Idle& idle) {
  idle.watch.unlink();
  if (is_quiet(*idle.stream)) return idle.stream->readable().attach(idle.watch);
  ++counters_.dropped;
  close(idle);
}

void UpstreamPool::fire() {
  while (!by_age_.empty() && after(by_age_.front().since, options_.idle_timeout) <= timers_.now()) {
    ++counters_.expired;
    close(by_age_.front());
  }
  set_timer();
}

void UpstreamPool::set_timer() {
  if (by_age_.empty()) return;
  timers_.set(*this, after(by_age_.front().since, options_.idle_timeout));
}

UpstreamPool::UpstreamPool(task::RunQueue& run_queue, task::Timers& timers,
                           const PoolOptions& options, std::size_t backends)
    : run_queue_(run_queue), timers_(timers), options_(options), backends_(backends) {}

UpstreamPool::~UpstreamPool() {
  close_idle();
  for (const Backend& backend : backends_) {
    ASSERT(backend.open == 0, "no lease outlives its pool");
  }
}

UpstreamPool::Idle::Idle(UpstreamPool& owner, std::uint32_t of, std::unique_ptr<io::Stream> kept,
                         TimePoint now)
    : pool(owner), backend(of), since(now), stream(std::move(kept)), watch(*this) {
  stream->readable().attach(watch);
}

UpstreamPool::Idle::~Idle() {
  if (stream != nullptr) stream->readable().detach(watch);
}

Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      backend_(other.backend_),
      is_reused_(other.is_reused_),
      stream_(std::move(other.stream_)) {}

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  release();
  pool_ = std::exchange(other.pool_, nullptr);
  backend_ = other.backend_;
  is_reused_ = other.is_reused_;
  stream_ = std::move(other.stream_);
  return *this;
}

void Lease::release() noexcept {
  stream_.reset();
  if (pool_ != nullptr) std::exchange(pool_, nullptr)->one_less(backend_);
}

}  // namespace weir::proxy
