#include "support/faulty_stream.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace weir::test {

using io::IoResult;
using io::IoStatus;

FaultyStream::FaultyStream(std::unique_ptr<io::Stream> inner, Faults faults)
    : inner_(std::move(inner)), faults_(faults) {
  ASSERT(faults_.status != IoStatus::ok, "a fault is not a success");
  ASSERT(faults_.step_bytes_max > 0, "an operation moves at least one byte");
}

bool FaultyStream::fails_now() {
  if (operations_++ != faults_.fail_at) return false;
  if (faults_.status == IoStatus::would_block) return true;
  if (faults_.status == IoStatus::end) {
    ended_ = true;
  } else if (broken_ == IoStatus::ok) {
    broken_ = faults_.status;
    inner_->abort();
  }
  return false;
}

IoResult FaultyStream::try_read(MutableBytes into) {
  if (fails_now()) return {0, IoStatus::would_block};
  if (broken_ != IoStatus::ok) return {0, broken_};
  if (ended_) return {0, IoStatus::end};
  return inner_->try_read(into.first(std::min(into.size(), faults_.step_bytes_max)));
}

IoResult FaultyStream::try_write(std::span<const ConstBytes> pieces) {
  if (fails_now()) return {0, IoStatus::would_block};
  if (broken_ != IoStatus::ok) return {0, broken_};
  if (faults_.step_bytes_max == SIZE_MAX) return inner_->try_write(pieces);
  const auto piece = std::ranges::find_if(pieces, [](ConstBytes some) { return !some.empty(); });
  ASSERT(piece != pieces.end(), "a write has at least one byte");
  const ConstBytes step = piece->first(std::min(piece->size(), faults_.step_bytes_max));
  return inner_->try_write(std::span(&step, 1));
}

task::Event& FaultyStream::readable() {
  task::Event& event = inner_->readable();
  if (ended_) event.signal();
  return event;
}

void FaultyStream::abort() {
  if (broken_ == IoStatus::ok) broken_ = IoStatus::reset;
  inner_->abort();
}

}  // namespace weir::test
