#include "sim/model/witness.hpp"

namespace weir::sim::model {

const char* to_string(Outcome outcome) noexcept {
  switch (outcome) {
    case Outcome::complete: return "complete";
    case Outcome::refused: return "refused";
    case Outcome::reset: return "reset";
    case Outcome::timed_out: return "timed_out";
    case Outcome::failed: return "failed";
    case Outcome::gave_up: return "gave_up";
    case Outcome::cut_short: return "cut_short";
    case Outcome::corrupt: return "corrupt";
    case Outcome::quit: return "quit";
    case Outcome::abandoned: return "abandoned";
    case Outcome::error_answer: return "error_answer";
  }
  return "unknown";
}

}  // namespace weir::sim::model
