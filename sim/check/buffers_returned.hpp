#pragma once
// BuffersReturned: the proxy keeps no more than 64 KiB a direction of each open session, only while
// bytes wait, and in the end it has given every buffer back.
//
// Its facts: the blocks that the proxy's BufferPool has lent, looked at whenever bytes move.

#include "sim/check/oracle.hpp"

namespace weir::sim::check {

class BuffersReturned final : public Oracle {
 public:
  BuffersReturned() : Oracle("buffers-returned") {}

  void sample(TimePoint now, std::uint64_t blocks, std::uint64_t open_sessions);
  void finish(TimePoint now, std::uint64_t blocks);

  std::uint64_t bytes_max() const noexcept;
  std::string summary() const override;

 private:
  std::uint64_t blocks_max_ = 0;
};

}  // namespace weir::sim::check
