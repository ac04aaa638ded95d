#include "io/pipe.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/assert.hpp"

namespace weir::io {
namespace {

// One end. `inbox_` holds what the other end wrote and this end has not read.
class PipeEnd final : public Stream {
 public:
  PipeEnd(task::RunQueue& run_queue, std::size_t capacity)
      : readable_(run_queue), writable_(run_queue), broken_(run_queue), capacity_(capacity) {}

  ~PipeEnd() override {
    if (other_ == nullptr) return;
    if (inbox_.empty()) {
      shutdown_write();
    } else {
      other_->fail();  // unread bytes: the peer learns that they are lost
    }
    other_->other_ = nullptr;
    other_->writable_.signal();
  }

  static void join(PipeEnd& a, PipeEnd& b) {
    a.other_ = &b;
    b.other_ = &a;
  }

  IoResult try_read(MutableBytes into) override {
    if (inbox_.empty()) return {0, status_of_empty_inbox()};
    const std::size_t bytes = std::min(into.size(), inbox_.size());
    std::memcpy(into.data(), inbox_.data(), bytes);
    inbox_.erase(inbox_.begin(), inbox_.begin() + static_cast<std::ptrdiff_t>(bytes));
    if (other_ != nullptr) other_->writable_.signal();
    return {bytes, IoStatus::ok};
  }

  IoResult try_write(std::span<const ConstBytes> pieces) override {
    ASSERT(!shut_down_, "nothing is written after shutdown_write()");
    if (failed_ || other_ == nullptr) return {0, IoStatus::reset};
    std::size_t written = 0;
    for (const ConstBytes piece : pieces) {
      const std::size_t room = capacity_ - other_->inbox_.size();
      const std::size_t step = std::min(room, piece.size());
      other_->inbox_.insert(other_->inbox_.end(), piece.begin(),
                            piece.begin() + static_cast<std::ptrdiff_t>(step));
      written += step;
    }
    if (written == 0) return {0, IoStatus::would_block};
    other_->readable_.signal();
    return {written, IoStatus::ok};
  }

  task::Event& readable() override {
    if (!inbox_.empty() || ended_ || failed_) readable_.signal();
    return readable_;
  }

  task::Event& writable() override {
    const bool has_room = other_ != nullptr && other_->inbox_.size() < capacity_;
    if (failed_ || other_ == nullptr || has_room) writable_.signal();
    return writable_;
  }

  task::Event& broken() override {
    if (failed_ && !ended_) broken_.signal();
    return broken_;
  }

  std::size_t unacknowledged() const override {
    return failed_ || other_ == nullptr ? 0 : other_->inbox_.size();
  }

  void shutdown_write() override {
    shut_down_ = true;
    if (other_ == nullptr || failed_) return;
    other_->ended_ = true;
    other_->readable_.signal();
  }

  void abort() override {
    inbox_.clear();
    ended_ = false;
    fail();
    if (other_ != nullptr) other_->fail();
  }

  Endpoint local() const override { return {}; }
  Endpoint peer() const override { return {}; }

 private:
  // An end that was reached stays one, also when a reset comes after it.
  IoStatus status_of_empty_inbox() const {
    if (ended_) return IoStatus::end;
    return failed_ ? IoStatus::reset : IoStatus::would_block;
  }

  void fail() {
    failed_ = true;
    readable_.signal();
    writable_.signal();
    if (!ended_) broken_.signal();
  }

  task::Event readable_;
  task::Event writable_;
  task::Event broken_;
  std::size_t capacity_;
  std::vector<std::byte> inbox_;
  PipeEnd* other_ = nullptr;  // null once it is destroyed
  bool ended_ = false;        // the other end will write no more
  bool failed_ = false;
  bool shut_down_ = false;
};

}  // namespace

StreamPair make_pipe(task::RunQueue& run_queue, std::size_t capacity_bytes) {
  auto first = std::make_unique<PipeEnd>(run_queue, capacity_bytes);
  auto second = std::make_unique<PipeEnd>(run_queue, capacity_bytes);
  PipeEnd::join(*first, *second);
  return {std::move(first), std::move(second)};
}

}  // namespace weir::io
