#pragma once
// What a Maglev table may be sized like: `if (!is_prime(size) || size > kMaglevSizeMax) ...`
//
// The size is a prime number so that every step leads through all slots, and a hundred times the
// number of backends or more so that their shares differ by a percent at most. See maglev.cpp.

#include <cstdint>

namespace weir::lb {

inline constexpr std::uint32_t kMaglevSizeDefault = 65'537;
inline constexpr std::uint32_t kMaglevSizeMax = 1'000'003;

bool is_prime(std::uint32_t number) noexcept;

}  // namespace weir::lb
