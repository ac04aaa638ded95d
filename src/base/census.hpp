#pragma once
// The census: how many objects of the kinds that must not leak are alive in this thread.
//
//   struct Frame : Counted<Kind::frame> { ... };        // counts itself
//   ASSERT(Census::here().all_zero(), "...");           // at the end of a world
//
// Tests of both worlds and every main() check at their end that the census is back at zero: no
// coroutine frame, stream, listener or buffer outlives its owner (task::Timers checks its timers).
// The cost is one increment per object.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace weir {

enum class Kind : std::uint8_t { frame, stream, listener, buffer };

class Census {
 public:
  static constexpr std::size_t kKinds = 4;

  static Census& here() noexcept;  // the calling thread's

  std::int64_t& of(Kind kind) noexcept { return alive_[static_cast<std::size_t>(kind)]; }
  bool all_zero() const noexcept { return alive_ == std::array<std::int64_t, kKinds>{}; }
  std::string describe() const;  // "2 frames, 1 stream" or "nothing"

 private:
  std::array<std::int64_t, kKinds> alive_{};
};

// Base of a class whose live objects are counted; an object dies in the thread that made it.
template <Kind kind>
class Counted {
 protected:
  Counted() noexcept { ++Census::here().of(kind); }
  ~Counted() { --Census::here().of(kind); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
};

}  // namespace weir
