#include "sim/check/time_moves_on.hpp"

#include <fmt/format.h>

#include "sim/world/kernel.hpp"

namespace weir::sim::check {

void TimeMovesOn::stood_still(TimePoint now) {
  fail(now, fmt::format("a program spins: after {} events at this instant it is not done",
                        text_of_count(Kernel::kEventsPerInstantMax)));
}

}  // namespace weir::sim::check
