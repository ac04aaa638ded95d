#pragma once
// What must hold of any conversation through the proxy, whatever its parties did. Both sides of it
// are read by sim::model::HttpDecoder, which shares no code with the proxy.

#include "tests/fuzz/session_stage.hpp"

namespace weir::fuzz {

void check_facts(const Stage& stage);

}  // namespace weir::fuzz
